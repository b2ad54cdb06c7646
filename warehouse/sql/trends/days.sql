-- one row per set of channels x asked day
select set_no, cast(day - $first_day as integer) as day_no, complete
from trend_days
where set_no between $from and $to;
