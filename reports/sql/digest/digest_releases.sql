-- from release_effect, products
-- One row per release of the 28 days before $until: all posts after it beside all before.
select product_name, release, day, verdict, change, change_low, change_high, n_before, n_after, days_after
from release_effect
where scope = 'product' and day < $until and day >= $until - 28
    and product not in (select product from products where not tracked)
order by day desc, product_name, release
