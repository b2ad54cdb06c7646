-- one row per day that loses posts, before they go. Of what a person asked to forget nothing is kept but the count.
insert into day_changes
select
    '', p.channel, p.product, p.day, $now, $reason, count(*),
    case when $reason = 'erased' then 0 else count(p.compound) end, 0,
    case
        when $reason = 'erased' then 0
        else cast(coalesce(sum(cast(p.compound as decimal(18, 4))), 0) as double)
    end,
    0
from posts as p
join leaving as l on l.channel = p.channel and l.product = p.product and l.post_id = p.post_id
group by p.channel, p.product, p.day;
