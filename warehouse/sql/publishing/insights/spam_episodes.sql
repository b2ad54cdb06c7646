-- one row per wave of posts taken for spam: product x channel, days at most two apart, five posts or more
create table spam_episodes as
with days as (
    select
        product, channel, day,
        cast(sum(posts) as bigint) as posts, cast(sum(scored) as bigint) as scored,
        sum(cast(compound_sum as decimal(18, 4))) as compound_sum
    from daily_spam
    group by product, channel, day
),
marked as (
    select *, coalesce(day - lag(day) over wave > 2, true) as begins
    from days
    window wave as (partition by product, channel order by day)
),
numbered as (
    select *, count(*) filter (where begins) over (partition by product, channel order by day) as wave
    from marked
),
waves as (
    select
        product, channel, wave, min(day) as first_day, max(day) as last_day,
        cast(sum(posts) as bigint) as posts, cast(sum(scored) as bigint) as scored, sum(compound_sum) as compound_sum
    from numbered
    group by product, channel, wave
    having sum(posts) >= 5
),
-- All posts of the same days and channel, those of the wave among them.
of_days as (
    select
        w.product, w.channel, w.wave,
        cast(sum(d.posts) as bigint) as posts, cast(sum(d.scored) as bigint) as scored,
        sum(cast(d.compound_sum as decimal(18, 4))) as compound_sum
    from waves as w
    join daily as d on d.product = w.product and d.channel = w.channel and d.day between w.first_day and w.last_day
    group by w.product, w.channel, w.wave
),
-- What it is told by: letters alone, so that no number to call and no address is passed on.
said as (
    select w.product, w.channel, w.wave, p.spam, concat_ws(' ', p.title, p."text") as said
    from waves as w
    join posts as p on p.product = w.product and p.channel = w.channel and p.day between w.first_day and w.last_day
    where p.spam is not null
),
bare as (
    select
        product, channel, wave, spam,
        case
            -- Without one of these there is nothing to take out, which is faster seen so.
            when contains(said, '<') or contains(said, '[') or contains(said, '@') or contains(said, '://') or contains(said, 'www.')
                then regexp_replace(
                    said, '<[^>]*>|\[(?:phone|email|link|name|card|account)\]|https?://\S+|www\.\S+|\S*@\S*', ' ', 'g'
                )
            else said
        end as said
    from said
),
begun as (
    select *, trim(regexp_replace(left(said, 120), '[^\pL\pM''’]+', ' ', 'g')) as phrase from bare
),
members as (
    select
        product, channel, wave, spam,
        -- A longer text is read to its end only where its beginning holds too few letters.
        left(
            case
                when length(phrase) > 60 or length(said) <= 120 then phrase
                else trim(regexp_replace(said, '[^\pL\pM''’]+', ' ', 'g'))
            end,
            60
        ) as phrase
    from begun
),
phrases as (
    select
        product, channel, wave, phrase, count(*) as posts
    from members
    where phrase <> ''
    group by product, channel, wave, phrase
),
reasons as (
    select product, channel, wave, spam, count(*) as posts
    from members
    group by product, channel, wave, spam
),
told as (
    select
        w.*,
        d.posts as posts_of_days,
        d.compound_sum / nullif(d.scored, 0) as mean_compound,
        (d.compound_sum - w.compound_sum) / nullif(d.scored - w.scored, 0) as mean_without,
        (
            select r.spam from reasons as r
            where r.product = w.product and r.channel = w.channel and r.wave = w.wave
            order by r.posts desc, r.spam limit 1
        ) as reason,
        (
            select f.phrase from phrases as f
            where f.product = w.product and f.channel = w.channel and f.wave = w.wave
            order by f.posts desc, f.phrase limit 1
        ) as example
    from waves as w
    join of_days as d on d.product = w.product and d.channel = w.channel and d.wave = w.wave
)
select
    t.product,
    coalesce(p.name, t.product) as product_name,
    coalesce(p.own, false) as own,
    t.channel,
    'spam?' as kind,
    t.reason,
    t.first_day,
    t.last_day,
    t.posts,
    t.posts_of_days,
    t.posts / t.posts_of_days as share,
    t.mean_compound,
    t.mean_without,
    t.mean_compound - t.mean_without as effect,
    t.example
from told as t
left join products as p on p.product = t.product
order by t.last_day desc, t.posts desc, t.product, t.channel;

comment on table spam_episodes is 'One row per wave of posts taken for spam (posts.spam), by product and channel: five posts or more, on days at most two apart. They are in every plain count and mean, and left out of what is judged.';
comment on column spam_episodes.product is 'Product slug.';
comment on column spam_episodes.product_name is 'Product name, for people.';
comment on column spam_episodes.own is 'True for our own product, false for a competitor''s.';
comment on column spam_episodes.channel is 'The channel they came through.';
comment on column spam_episodes.kind is 'spam?';
comment on column spam_episodes.reason is 'What most of them are flagged for: contact, campaign, copies or author (see posts.spam).';
comment on column spam_episodes.first_day is 'First day of a post in it.';
comment on column spam_episodes.last_day is 'Last day of a post in it.';
comment on column spam_episodes.posts is 'Flagged posts in it.';
comment on column spam_episodes.posts_of_days is 'All posts of the product and channel from first_day to last_day.';
comment on column spam_episodes.share is 'posts / posts_of_days, 0 to 1.';
comment on column spam_episodes.mean_compound is 'Mean compound of these days with them (the plain mean); null without scored posts.';
comment on column spam_episodes.mean_without is 'Mean compound of these days without them; null where nobody else was scored.';
comment on column spam_episodes.effect is 'mean_compound - mean_without: how far they move the mean.';
comment on column spam_episodes.example is 'How most of them begin, in letters alone (no numbers, addresses, links); null once no words are kept.';
