-- One row per product of $products (the configured ones): its newest complete day, or its newest day where none is complete.
select day, product, posts, mean_compound, mean_7d, mean_28d, complete
from trend
where list_contains(cast($products as varchar[]), product)
qualify row_number() over (partition by product order by complete desc, day desc) = 1
order by own desc, product
