-- from daily, trend
-- One row per week (from Monday) with scored posts on complete days: how many they are, their mean, and how far they lie apart.
select
    cast(date_trunc('week', day) as date) as week,
    cast(sum(daily.scored) as bigint) as scored,
    sum(compound_sum) / sum(daily.scored) as mean_compound,
    sqrt(
        greatest(sum(compound_sq_sum) - pow(sum(compound_sum), 2) / sum(daily.scored), 0) / nullif(sum(daily.scored) - 1, 0)
    ) as spread
from daily
join trend using (product, day)
where product = $product and trend.complete and day > $since and day <= $until
group by week
having sum(daily.scored) > 0
order by week
