-- from emerging_words, products
-- One row per product with news: the strongest five terms of its last 7 days.
select product_name, list(term order by "rank") as terms
from emerging_words
where "window" = 'last 7 days' and direction = 'more' and "rank" <= 5
    and product not in (select product from products where not tracked)
group by product_name
order by product_name
