-- from spam_episodes
-- One row: the wave of posts taken for spam that reaches into the days from $first to $last.
select product, product_name, own, channel, reason, first_day, last_day, posts, posts_of_days, share, mean_compound, mean_without
from spam_episodes
where product = $product and channel = $channel and first_day <= $last and last_day >= $first
order by posts desc, first_day desc
limit 1
