-- The coverage of some days of one (channel, product); `cover` holds one row per day.

-- The aggregates carry `complete`: where it changes, they are computed anew.
insert into touched
select $product, c.day
from cover as c
left join coverage_daily as k on k.channel = $channel and k.product = $product and k.day = c.day
where c.complete <> coalesce(k.complete, false);

delete from coverage_daily
using cover as c
where coverage_daily.channel = $channel and coverage_daily.product = $product and coverage_daily.day = c.day;

insert into coverage_daily
select day, $product, $channel, $source, complete, covered_share from cover;
