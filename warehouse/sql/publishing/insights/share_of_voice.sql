-- one row per day x product that is tracked, from its first day with posts to the last known day of all
create table share_of_voice as
with known as (
    select max(day) as last_day
    from (
        select max(day) as day from daily
        union all
        select max(day) from coverage_daily where covered_share > 0
    )
),
-- A channel counts for a product from its first covered day on, to the last day that was asked for.
untracked as (
    select product from products where not tracked
),
span as (
    select product, channel, min(day) filter (where covered) as first_day, max(day) as last_day
    from (
        select product, channel, day, covered_share > 0 as covered from coverage_daily
        union all
        select product, channel, day_to, false from coverage where status <> 'ok'
    )
    where product not in (select product from untracked)
    group by product, channel
    having count(*) filter (where covered) > 0
),
began as (
    select product, min(day) as first_day
    from daily
    where product not in (select product from untracked)
    group by product
),
asked as (
    select s.product, s.channel, cast(unnest(generate_series(greatest(s.first_day, b.first_day), s.last_day, interval 1 day)) as date) as day
    from span as s
    join began as b on b.product = s.product
),
products_on as (
    select day, count(distinct product) as products, string_agg(distinct product, chr(31) order by product) as names
    from asked
    group by day
),
-- A share is fair among products on the channels that all of them have: a survey of our own customers is not one.
common as (
    select a.day, a.channel
    from asked as a
    join products_on as p on p.day = a.day
    group by a.day, a.channel, p.products
    having count(distinct a.product) = p.products
),
compared as (
    select
        a.day, a.product,
        string_agg(a.channel, ', ' order by a.channel) as channels,
        bool_and(coalesce(k.complete, false)) as complete
    from asked as a
    join common as c on c.day = a.day and c.channel = a.channel
    left join coverage_daily as k on k.product = a.product and k.channel = a.channel and k.day = a.day
    group by a.day, a.product
),
per_day as (
    select d.day, d.product, cast(sum(d.posts) as bigint) as posts
    from daily as d
    join common as c on c.day = d.day and c.channel = d.channel
    group by d.day, d.product
),
calendar as (
    select product, cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as day
    from began
    cross join known
),
filled as (
    select
        c.day,
        c.product,
        coalesce(m.channels, '') as channels,
        coalesce(n.names, '') || chr(30) || coalesce(m.channels, '') as alike,
        coalesce(d.posts, 0) as posts,
        cast(sum(coalesce(d.posts, 0)) over (partition by c.day) as bigint) as all_posts,
        coalesce(n.products, 0) as products,
        m.product is not null and bool_and(coalesce(m.complete, true)) over (partition by c.day) as comparable
    from calendar as c
    left join products_on as n on n.day = c.day
    left join compared as m on m.product = c.product and m.day = c.day
    left join per_day as d on d.product = c.product and d.day = c.day
),
rolled as (
    select
        *,
        cast(coalesce(sum(posts) filter (where comparable) over month, 0) as bigint) as posts_28d,
        cast(coalesce(sum(all_posts) filter (where comparable) over month, 0) as bigint) as all_posts_28d,
        count(*) filter (where comparable) over month as days_28d,
        coalesce(sum(posts * posts) filter (where comparable) over month, 0) as xx,
        coalesce(sum(posts * all_posts) filter (where comparable) over month, 0) as xt,
        coalesce(sum(all_posts * all_posts) filter (where comparable) over month, 0) as tt
    from filled
    -- Days on which the same products and channels were compared.
    window month as (
        partition by product, alike order by day range between interval 27 days preceding and current row
    )
),
-- Posts come in threads and waves. The days' own shares say how much that widens the interval: the design effect of the
-- ratio of two sums over days (Cochran 1977, 6.4), at least 1; Wilson's interval on posts / design effect.
spread as (
    select
        *,
        posts_28d / nullif(all_posts_28d, 0) as p,
        greatest(
            1,
            coalesce(
                days_28d / nullif(days_28d - 1.0, 0)
                    * (xx - 2 * (posts_28d / nullif(all_posts_28d, 0)) * xt + pow(posts_28d / nullif(all_posts_28d, 0), 2) * tt)
                    / nullif(all_posts_28d * (posts_28d / nullif(all_posts_28d, 0)) * (1 - posts_28d / nullif(all_posts_28d, 0)), 0),
                1
            )
        ) as effect
    from rolled
)
select
    r.day,
    r.product,
    coalesce(p.name, r.product) as product_name,
    coalesce(p.own, false) as own,
    r.posts,
    r.posts / nullif(r.all_posts, 0) as share,
    r.posts_28d,
    r.all_posts_28d,
    r.days_28d,
    r.p as share_28d,
    case when r.days_28d >= 7 and r.p is not null then greatest(wilson_low(r.p, r.all_posts_28d / r.effect), 0) end as share_low,
    case when r.days_28d >= 7 and r.p is not null then least(wilson_high(r.p, r.all_posts_28d / r.effect), 1) end as share_high,
    r.products,
    r.channels,
    r.comparable
from spread as r
left join products as p on p.product = r.product
order by r.day, r.product;

comment on table share_of_voice is 'One row per day x product: the product''s share of all tracked products'' posts (one that the configuration lists no more has none), on the channels that all of them have. Days are pooled only where all were covered.';
comment on column share_of_voice.day is 'Calendar day in the reporting time zone.';
comment on column share_of_voice.product is 'Product slug.';
comment on column share_of_voice.product_name is 'Product name, for people.';
comment on column share_of_voice.own is 'True for our own product, false for a competitor''s.';
comment on column share_of_voice.posts is 'The product''s posts of the day on the common channels.';
comment on column share_of_voice.share is 'posts / posts of all products that day on the same channels, 0 to 1; null on a day without posts.';
comment on column share_of_voice.posts_28d is 'The product''s posts of the comparable days among this day and the 27 before, as long as the same products and channels were compared.';
comment on column share_of_voice.all_posts_28d is 'Posts of all products on the same days and channels.';
comment on column share_of_voice.days_28d is 'Those days, of 28.';
comment on column share_of_voice.share_28d is 'posts_28d / all_posts_28d, 0 to 1; null without any.';
comment on column share_of_voice.share_low is 'Lower end of the 95% interval of share_28d (Wilson, widened by how much the days differ); null below 7 days.';
comment on column share_of_voice.share_high is 'Upper end of the 95% interval.';
comment on column share_of_voice.products is 'Products compared that day.';
comment on column share_of_voice.channels is 'The channels that all of them have; empty where there is none: then no share is fair.';
comment on column share_of_voice.comparable is 'True when every product''s common channels cover the whole day: only then is the share fair.';
