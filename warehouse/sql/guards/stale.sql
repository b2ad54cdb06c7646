-- Which days are to be computed again: pairs depend on their day and the two before it.

-- one row per day x product whose aggregates are others than they were (a post came, changed, was scored again or went)
create or replace temp table changed_days as
with now as (
    select
        day, product,
        concat_ws(' ', max(updated_at), sum(posts), sum(scored), cast(sum(cast(compound_sum as decimal(18, 4))) as varchar)) as seen
    from daily
    group by day, product
)
select coalesce(n.day, s.day) as day, coalesce(n.product, s.product) as product, n.seen
from now as n
full join daily_robust_seen as s on s.day = n.day and s.product = n.product
where n.seen is distinct from s.seen;

-- one row per day x product to compute
create or replace temp table guard_days as
select distinct c.product, d.day
from changed_days as c
join (select product, day from daily union select product, day from changed_days) as d
    on d.product = c.product and d.day between c.day and c.day + 2;
