-- What was judged of some days of one channel and product; `judged` holds one row per day.

update coverage_daily
set usual = j.usual, doubt = j.doubt, suspect = j.suspect, complete = coverage_daily.covered_share = 1 and not j.suspect
from judged as j
where coverage_daily.channel = $channel and coverage_daily.product = $product and coverage_daily.day = j.day;

-- The aggregates carry `complete`, and daily `suspect` too.

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
