-- one row: how many records of what was done (runs, landings, erasures, messages, answers) bear a time after $latest, and the
-- last of these times
select count(*), max("at")
from (
    select landed_at as "at" from coverage
    union all
    select started_at from runs
    union all
    select ended_at from runs
    union all
    select "at" from erasures
    union all
    select "at" from forgotten_products
    union all
    select since from secrets
    union all
    -- Not when a message is to be tried again: that may well be to come.
    select unnest([queued_at, tried_at, delivered_at]) from alert_outbox
    union all
    select answered_at from alarm_answers
)
where "at" > $latest
