-- from what_changed, products
-- One row per episode of the seven days before $until, or that goes on. Where none of these days was judged, nobody knows whether.
select
    product, product_name, verdict, alarm_day, told, answer, last_day, ongoing, ongoing and last_day < $until - 7 as unknown,
    sentence
from what_changed
where (told or verdict = 'better') and alarm_day < $until and (ongoing or last_day >= $until - 7)
    and product not in (select product from products where not tracked)
order by alarm_day desc, product, episode
