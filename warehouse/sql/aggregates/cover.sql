-- The coverage of some days of one (channel, product); `cover` holds one row per day.

-- The aggregates carry `complete`: where coverage changes, they are computed anew. Whether a covered day is confirmed is
-- judged afterwards (confirm_write.sql); until then it is taken to be.
insert into touched
select $product, c.day
from cover as c
left join coverage_daily as k on k.channel = $channel and k.product = $product and k.day = c.day
where c.complete <> coalesce(k.covered_share = 1, false);

-- A day whose coverage stays keeps what was judged of it: asked for again and found the same, it is not written again.
delete from coverage_daily
using cover as c
where coverage_daily.channel = $channel and coverage_daily.product = $product and coverage_daily.day = c.day
    and (coverage_daily.covered_share <> c.covered_share or coverage_daily.source <> $source);

insert into coverage_daily (day, product, channel, source, complete, covered_share)
select c.day, $product, $channel, $source, c.complete, c.covered_share
from cover as c
where not exists (
    select 1 from coverage_daily as k where k.channel = $channel and k.product = $product and k.day = c.day
);
