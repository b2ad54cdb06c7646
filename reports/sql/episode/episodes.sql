-- from what_changed
-- One row per episode of the product, the newest first.
select episode, metric, verdict, slice_kind, first_day, last_day, alarm_day, told, answer, ongoing, change, within, mix, sentence
from what_changed
where product = $product and (told or verdict in ('better', 'fewer')) and alarm_day > $since and alarm_day <= $until
order by alarm_day desc, metric, episode
