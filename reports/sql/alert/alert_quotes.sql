-- from posts, post_topics, episode_causes
-- One row per author: the post of the episode's slice and days that says most plainly what changed; those on its first cause first.
with cause as (
    select value as topic
    from episode_causes
    where episode = $episode and dimension = 'topic' and named
    order by "rank"
    limit 1
),
topical as (
    select distinct channel, post_id, topic
    from post_topics
    where product = $product and day between $first and $last
),
found as (
    select
        p.channel, p.source, p.day, p.compound, p.rating, p.title, p.text,
        coalesce(p.author, p.channel || ' ' || p.post_id) as who, p.post_id,
        t.post_id is not null as on_cause
    from posts as p
    left join (select t.* from topical as t join cause as c on c.topic = t.topic) as t
        on t.channel = p.channel and t.post_id = p.post_id
    where p.product = $product and p.day between $first and $last and p.spam is null
        and ($channel = '' or p.channel = $channel)
        and ($market = '' or p.market = $market)
        and ($version = '' or p.app_version = $version)
        and ($topic = '' or (p.channel, p.post_id) in (select (channel, post_id) from topical where topic = $topic))
        and length(p.text) between 25 and $longest
        and case $verdict
            when 'better' then p.compound >= $compound_threshold
            else p.compound <= -$compound_threshold
        end
)
select channel, source, day, compound, rating, title, text
from (
    select * from found
    qualify row_number() over (partition by who order by on_cause desc, abs(compound) desc, post_id) = 1
)
order by on_cause desc, abs(compound) desc, post_id
limit $most
