-- one row per calendar day x product, from the product's first day with posts to its last known day
create table trend as
with span as (
    select product, min(first_day) as first_day, max(last_day) as last_day
    from (
        select product, min(day) as first_day, max(day) as last_day from daily group by product
        union all
        select product, null, max(day) from coverage_daily where covered_share > 0 group by product
    )
    group by product
    having min(first_day) is not null
),
calendar as (
    select product, cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as day
    from span
),
per_day as (
    select
        day,
        product,
        cast(sum(posts) as bigint) as posts,
        cast(sum(scored) as bigint) as scored,
        sum(cast(compound_sum as decimal(18, 4))) as compound_sum
    from daily
    group by day, product
),
filled as (
    select
        c.day,
        c.product,
        coalesce(d.posts, 0) as posts,
        coalesce(d.scored, 0) as scored,
        coalesce(d.compound_sum, 0) as compound_sum,
        coalesce(k.complete, false) as complete
    from calendar as c
    left join per_day as d on d.product = c.product and d.day = c.day
    left join completeness as k on k.product = c.product and k.day = c.day
),
-- The calendar has no holes, so rows are days. A day that is not complete is left out whole.
rolled as (
    select
        *,
        cast(coalesce(sum(posts) filter (where complete) over week, 0) as bigint) as posts_7d,
        cast(coalesce(sum(scored) filter (where complete) over week, 0) as bigint) as scored_7d,
        sum(compound_sum) filter (where complete) over week as compound_sum_7d,
        count(*) filter (where complete) over week as days_7d,
        cast(coalesce(sum(posts) filter (where complete) over month, 0) as bigint) as posts_28d,
        cast(coalesce(sum(scored) filter (where complete) over month, 0) as bigint) as scored_28d,
        sum(compound_sum) filter (where complete) over month as compound_sum_28d,
        count(*) filter (where complete) over month as days_28d
    from filled
    window
        week as (partition by product order by day rows between 6 preceding and current row),
        month as (partition by product order by day rows between 27 preceding and current row)
)
select
    r.day,
    r.product,
    coalesce(p.name, r.product) as product_name,
    coalesce(p.own, false) as own,
    r.posts,
    r.scored,
    r.compound_sum / nullif(r.scored, 0) as mean_compound,
    r.posts_7d,
    r.scored_7d,
    r.compound_sum_7d / nullif(r.scored_7d, 0) as mean_7d,
    r.days_7d,
    r.posts_28d,
    r.scored_28d,
    r.compound_sum_28d / nullif(r.scored_28d, 0) as mean_28d,
    r.days_28d,
    r.complete
from rolled as r
left join products as p on p.product = r.product
order by r.product, r.day;

comment on table trend is 'One row per calendar day x product, days without posts included: the day, and pooled means over 7 and 28 days. Only complete days enter the pooled numbers.';
comment on column trend.day is 'Calendar day in the reporting time zone.';
comment on column trend.product is 'Product slug.';
comment on column trend.product_name is 'Product name, for people.';
comment on column trend.own is 'True for our own product, false for a competitor''s.';
comment on column trend.posts is 'Posts created on the day, complete or not.';
comment on column trend.scored is 'Those of them with a score.';
comment on column trend.mean_compound is 'Mean compound of the day, in [-1, 1]; null without scored posts.';
comment on column trend.posts_7d is 'Posts of the complete days among this day and the 6 before.';
comment on column trend.scored_7d is 'Scored posts of the complete days among this day and the 6 before.';
comment on column trend.mean_7d is 'Mean compound over those posts (sum of compound / sum of scored); null without any.';
comment on column trend.days_7d is 'Complete days used, of 7.';
comment on column trend.posts_28d is 'Posts of the complete days among this day and the 27 before.';
comment on column trend.scored_28d is 'Scored posts of the complete days among this day and the 27 before.';
comment on column trend.mean_28d is 'Mean compound over those posts (sum of compound / sum of scored); null without any.';
comment on column trend.days_28d is 'Complete days used, of 28.';
comment on column trend.complete is 'True when every channel asked about this day covers all of it.';
