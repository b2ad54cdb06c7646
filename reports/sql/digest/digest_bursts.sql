-- from bursts, products
-- One row per product and kind: bursts of the seven days before $until. Their words stay in the file, where they can be erased.
select product_name, kind, count(*) as bursts, sum(posts)::bigint as posts, avg(mean_compound) as mean_compound
from bursts
where last_day >= $until - 7 and first_day < $until and product not in (select product from products where not tracked)
group by product_name, kind
order by product_name, kind
