-- One row per alarm of the last $days days that are published, the newest first; with it what was answered to it.
select alarm_day, product, episode, answer, answer_why, answered_at, sentence
from what_changed
where told and alarm_day > (select max(day) from daily) - cast($days as integer)
order by alarm_day desc, product, episode
