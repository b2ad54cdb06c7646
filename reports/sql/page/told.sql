-- from products, trend, verdicts, what_changed
-- One row per tracked product: on how many of the 28 days to $until it was judged as a whole, what kept it from it, and how
-- many changes of these days are sure and too small for an alarm.
with days as (
    select
        product,
        max(day) filter (where posts > 0) as newest,
        count(*) filter (where complete and day > $until - 28) as complete_days,
        cast(coalesce(sum(posts) filter (where day > $until - 28), 0) as bigint) as posts
    from trend
    where day <= $until
    group by product
),
judged as (
    select
        product,
        count(distinct day) filter (where verdict in ('worse', 'better', 'no real change', 'flood', 'fewer')) as judged_days,
        max_by(verdict, day) filter (where metric = 'sentiment' and verdict like 'not enough%') as lacking
    from verdicts
    where slice_kind = 'product' and metric in ('sentiment', 'volume') and day > $until - 28 and day <= $until
    group by product
),
small as (
    select product, count(*) as changes
    from what_changed
    where not told and verdict not in ('better', 'fewer') and last_day > $until - 28 and alarm_day <= $until
    group by product
)
select
    p.product, coalesce(p.name, p.product) as product_name, d.newest,
    coalesce(d.posts, 0) as posts, coalesce(d.complete_days, 0) as complete_days,
    coalesce(j.judged_days, 0) as judged_days, j.lacking, coalesce(s.changes, 0) as small_changes
from products as p
left join days as d on d.product = p.product
left join judged as j on j.product = p.product
left join small as s on s.product = p.product
where coalesce(p.tracked, true)
order by p.own desc, product_name, p.product
