-- one row: how many records of runs, landings and erasures bear a time after $latest, and the last of these times
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
)
where "at" > $latest
