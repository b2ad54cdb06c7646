-- from nps_daily
-- One row: the answers of the 90 days ending on the last day with one.
-- The interval is the view's own (adjusted Wald, 95%: 3 added to n, 3/4 to promoters and to detractors) on the sums.
with recent as (
    select * from nps_daily
    where product = $product and nps_count > 0 and day <= $until
        and day > (select max(day) - 90 from nps_daily where product = $product and nps_count > 0 and day <= $until)
),
sums as (
    select
        min(day) as first_day, max(day) as last_day, sum(nps_count)::bigint as nps_count,
        sum(promoters)::bigint as promoters, sum(passives)::bigint as passives, sum(detractors)::bigint as detractors,
        count(*) filter (where not complete) as incomplete_days,
        (sum(promoters) + 0.75) / (sum(nps_count) + 3) as p, (sum(detractors) + 0.75) / (sum(nps_count) + 3) as d
    from recent
)
select
    first_day, last_day, nps_count, promoters, passives, detractors, incomplete_days,
    100.0 * (promoters - detractors) / nps_count as nps,
    greatest(-100, 100 * (p - d - 1.959964 * sqrt((p + d - (p - d) ** 2) / (nps_count + 3)))) as nps_low,
    least(100, 100 * (p - d + 1.959964 * sqrt((p + d - (p - d) ** 2) / (nps_count + 3)))) as nps_high
from sums
where nps_count > 0
