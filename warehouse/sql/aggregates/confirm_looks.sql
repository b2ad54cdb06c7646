-- one row per landed window of the channel and product: who asked and when, and what came
select c.run_id, c.landed_at, coalesce(r.kind = 'backfill', false) as by_hand, c.reached, c.until, c.missing
from coverage as c
left join runs as r on r.run_id = c.run_id
where c.channel = $channel and c.product = $product and c.status = 'ok' and c.reached is not null
