-- The aggregates carry `complete`, and daily `suspect` too; `judged` holds one row per day of one channel and product.

update daily
set complete = k.complete, suspect = k.suspect
from judged as j
join coverage_daily as k on k.channel = $channel and k.product = $product and k.day = j.day
where daily.channel = $channel and daily.product = $product and daily.day = j.day
    and (daily.complete <> k.complete or daily.suspect <> k.suspect);

update daily_version
set complete = k.complete
from judged as j
join coverage_daily as k on k.channel = $channel and k.product = $product and k.day = j.day
where daily_version.channel = $channel and daily_version.product = $product and daily_version.day = j.day
    and daily_version.complete <> k.complete;

update daily_topic
set complete = k.complete
from judged as j
join coverage_daily as k on k.channel = $channel and k.product = $product and k.day = j.day
where daily_topic.channel = $channel and daily_topic.product = $product and daily_topic.day = j.day
    and daily_topic.complete <> k.complete;
