-- What was judged of some days of one channel and product; `judged` holds one row per day.

update coverage_daily
set usual = j.usual, doubt = j.doubt, suspect = j.suspect, complete = coverage_daily.covered_share = 1 and not j.suspect
from judged as j
where coverage_daily.channel = $channel and coverage_daily.product = $product and coverage_daily.day = j.day;
