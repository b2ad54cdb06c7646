-- one row per product with posts: its days and how many slices and cells it has
select
    s.product,
    min(s.day) as first_day,
    greatest(max(s.day), max(d.last_day)) as last_day
from trend_series as s
left join (select product, max(day) as last_day from trend_days group by product) as d using (product)
group by s.product
order by s.product;
