-- One row per calendar day of one product, the newest $days of them.
select day, product, posts, mean_compound, mean_7d, mean_28d, complete
from (
    select day, product, posts, mean_compound, mean_7d, mean_28d, complete
    from trend
    where product = $product
    order by day desc
    limit $days
)
order by day
