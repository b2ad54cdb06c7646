-- One row per change of one product that reaches into the days from $first_day on, the newest last.
select first_day, last_day, metric, verdict, told, causes, sentence
from what_changed
where product = $product and last_day >= cast($first_day as date) and (told or verdict in ('better', 'fewer'))
order by alarm_day, episode
