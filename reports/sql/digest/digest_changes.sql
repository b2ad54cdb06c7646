-- from what_changed
-- One row per episode of the seven days before $until, or that goes on.
select product, product_name, verdict, alarm_day, ongoing, sentence
from what_changed
where alarm_day < $until and (ongoing or last_day >= $until - 7)
order by alarm_day desc, product, episode
