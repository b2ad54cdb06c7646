-- one row per set of channels x asked day of a product
select set_no, cast(day - $first_day as integer) as day_no, complete
from trend_days
where product = $product and day between $first_day and $last_day;
