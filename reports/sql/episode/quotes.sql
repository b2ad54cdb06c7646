-- from posts, emerging_words
-- One row per driver word: a short post of the window that holds it, each by another author; the strongest word first.
with driver as (
    select term, rank, first_day, last_day
    from emerging_words
    where product = $product and episode = $episode and direction = 'more' and rank <= 12
),
found as (
    select
        d.term, d.rank, p.day, p.channel, p.market, p.compound, p.rating, p.app_version, p.title, p.text, p.url, p.post_id,
        coalesce(p.author, p.channel || ' ' || p.post_id) as who
    from driver as d
    join posts as p on p.product = $product and p.day between d.first_day and d.last_day
    where length(p.text) between 25 and $longest
        and contains(lower(concat_ws(' ', p.title, p.text)), d.term)
        and case $verdict
            when 'worse' then p.compound <= -$compound_threshold
            when 'better' then p.compound >= $compound_threshold
            else p.scored
        end
),
-- An author speaks once, for the strongest word; a word is said once, by whom it moved most.
by_author as (
    select * from found qualify row_number() over (partition by who order by rank, abs(compound) desc, post_id) = 1
),
-- What begins alike is a repetition.
by_opening as (
    select *
    from by_author
    qualify row_number() over (
        partition by left(regexp_replace(lower(text), '[^[:alpha:]]+', '', 'g'), 12) order by rank, abs(compound) desc, post_id
    ) = 1
)
select day, channel, market, compound, rating, app_version, title, text, url, term
from by_opening
qualify row_number() over (partition by rank order by abs(compound) desc, post_id) = 1
order by rank
limit $most
