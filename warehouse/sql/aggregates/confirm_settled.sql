-- one row: since when all but one in twenty of the day's posts are known; null for a day without posts
select quantile_disc(first_seen_at, 0.95)
from posts
where channel = $channel and product = $product and day = $day
