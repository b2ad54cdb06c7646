-- one row per product with posts: its number, and its days
select
    c.product_no,
    c.product,
    s.first_day,
    greatest(s.last_day, d.last_day) as last_day
from (select distinct product_no, product from trend_cells) as c
join (select product_no, min(day) as first_day, max(day) as last_day from trend_series group by product_no) as s
    on s.product_no = c.product_no
left join (select product, max(day) as last_day from trend_days group by product) as d on d.product = c.product
order by c.product;
