-- One row per tracked product: its newest complete day, or its newest day where none is complete.
select day, product, posts, mean_compound, mean_7d, mean_28d, complete
from trend
where product not in (select product from products where not tracked)
qualify row_number() over (partition by product order by complete desc, day desc) = 1
order by own desc, product
