-- how many posts of a channel were neither pulled nor asked about since $before
select count(*)
from (
    select p.post_id
    from posts as p
    left join checks as c on c.channel = p.channel and c.post_id = p.post_id
    where p.channel = $channel
    group by p.post_id
    having max(coalesce(c.checked_at, p.first_seen_at)) < $before
)
