-- one row per post of a channel to ask its service about: those whose words are kept first, then those not asked about for longest.
-- Pulled counts as asked. $before: what was asked later is not due.
select p.post_id
from posts as p
left join checks as c on c.channel = p.channel and c.post_id = p.post_id
left join texts as t on t.channel = p.channel and t.product = p.product and t.post_id = p.post_id
where p.channel = $channel
group by p.post_id
having max(coalesce(c.checked_at, p.first_seen_at)) < $before
order by bool_or(t.post_id is not null) desc, max(coalesce(c.checked_at, p.first_seen_at)), p.post_id
limit $most
