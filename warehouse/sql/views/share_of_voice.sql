-- one row per day x product, from the product's first day with posts to the last known day of all
create view share_of_voice as
with per_day as (
    select day, product, cast(sum(posts) as bigint) as posts
    from daily
    group by day, product
),
known as (
    select max(day) as last_day
    from (
        select max(day) as day from daily
        union all
        select max(day) from coverage_daily where covered_share > 0
    )
),
calendar as (
    select product, cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as day
    from (select product, min(day) as first_day from per_day group by product)
    cross join known
),
filled as (
    select
        c.day,
        c.product,
        coalesce(d.posts, 0) as posts,
        sum(coalesce(d.posts, 0)) over (partition by c.day) as all_posts,
        bool_and(coalesce(k.complete, false)) over (partition by c.day) as comparable
    from calendar as c
    left join per_day as d on d.product = c.product and d.day = c.day
    left join completeness as k on k.product = c.product and k.day = c.day
),
rolled as (
    select
        *,
        cast(coalesce(sum(posts) filter (where comparable) over month, 0) as bigint) as posts_28d,
        sum(all_posts) filter (where comparable) over month as all_posts_28d
    from filled
    window month as (partition by product order by day rows between 27 preceding and current row)
)
select
    r.day,
    r.product,
    coalesce(p.name, r.product) as product_name,
    coalesce(p.own, false) as own,
    r.posts,
    r.posts / nullif(r.all_posts, 0) as share,
    r.posts_28d,
    r.posts_28d / nullif(r.all_posts_28d, 0) as share_28d,
    r.comparable
from rolled as r
left join products as p on p.product = r.product
order by r.day, r.product;

comment on view share_of_voice is 'One row per day x product: the product''s share of all tracked products'' posts.';
comment on column share_of_voice.day is 'Calendar day in the reporting time zone.';
comment on column share_of_voice.product is 'Product slug.';
comment on column share_of_voice.product_name is 'Product name, for people.';
comment on column share_of_voice.own is 'True for our own product, false for a competitor''s.';
comment on column share_of_voice.posts is 'The product''s posts of the day.';
comment on column share_of_voice.share is 'posts / posts of all products that day, 0 to 1; null on a day without posts.';
comment on column share_of_voice.posts_28d is 'The product''s posts of the comparable days among this day and the 27 before.';
comment on column share_of_voice.share_28d is 'posts_28d / posts of all products on the same days, 0 to 1; null without any.';
comment on column share_of_voice.comparable is 'True when every product''s asked channels cover the whole day: only then is the share fair.';
