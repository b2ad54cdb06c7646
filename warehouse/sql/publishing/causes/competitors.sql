-- one row per other tracked product x side x channel of the episode's product: scored posts of complete days and their sums
select
    d.product,
    d.day >= $first_day as is_now,
    d.channel,
    count(distinct d.day) as days,
    sum(d.scored) as n,
    sum(cast(d.compound_sum as decimal(18, 4))) as total,
    sum(cast(d.compound_sq_sum as decimal(18, 8))) as squares
from daily as d
join products as p on p.product = d.product and coalesce(p.tracked, true)
where d.product <> $product and d.complete and d.scored > 0
    and d.day between $from_day and $last_day and (d.day >= $first_day or d.day <= $first_day - 3)
    and ($channel = '' or d.channel = $channel)
    and d.channel in (
        select channel from daily where product = $product and scored > 0 and day between $first_day and $last_day
    )
group by d.product, is_now, d.channel
order by d.product, is_now, d.channel;
