-- one row: posts with a value, of the larger side, to know whether they are to be drawn from
select coalesce(greatest(sum(n) filter (where day >= $first_day), sum(n) filter (where day < $first_day)), 0)
from (
    select day, case $metric when 'sentiment' then scored when 'nps' then nps_count else rating_count end as n
    from daily
    where product = $product and day between $from_day and $last_day
);
