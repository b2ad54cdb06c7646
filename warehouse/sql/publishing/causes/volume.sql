-- one row: scored posts of the larger side, to know whether they are to be drawn from
select coalesce(greatest(sum(scored) filter (where day >= $first_day), sum(scored) filter (where day < $first_day)), 0)
from daily
where product = $product and day between $from_day and $last_day;
