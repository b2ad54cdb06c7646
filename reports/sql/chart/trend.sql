-- from trend
-- One row per day.
select day, posts, scored, mean_compound, scored_7d, days_7d, mean_7d, complete
from trend
where product = $product and day > $since and day <= $until
order by day
