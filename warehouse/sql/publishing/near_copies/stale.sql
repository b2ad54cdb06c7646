-- Which days are to be computed again: pairs depend on their day and the two before it.

-- one row per day x product that has posts: these numbers identify what its aggregates are computed from
create or replace temp table guard_now as
select
    day, product,
    max(updated_at) as updated_at, sum(posts) as posts, sum(scored) as scored,
    sum(cast(compound_sum as decimal(18, 4))) as compound_sum
from daily
group by day, product;

-- one row per day x product whose aggregates are others than they were (a post came, changed, was scored again or went)
create or replace temp table changed_days as
with now as (
    select day, product, concat_ws(' ', updated_at, posts, scored, cast(compound_sum as varchar)) as seen
    from guard_now
)
select coalesce(n.day, s.day) as day, coalesce(n.product, s.product) as product, n.seen
from now as n
full join daily_robust_seen as s on s.day = n.day and s.product = n.product
where n.seen is distinct from s.seen;

-- one row per day x product to compute, and the posts it has
create or replace temp table guard_days as
with reached as (
    select distinct product, day + unnest([0, 1, 2]) as day
    from changed_days
),
known as (
    select product, day, posts from guard_now
    union all
    select product, day, 0 from changed_days where seen is null
)
select k.product, k.day, k.posts
from known as k
semi join reached as r on r.product = k.product and r.day = k.day;
