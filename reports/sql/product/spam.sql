-- from spam_episodes
-- One row per wave of posts taken for spam that reached into the last 28 days, the largest first.
select channel, reason, first_day, last_day, posts, posts_of_days, share, mean_compound, mean_without, example, count(*) over () as of_all
from spam_episodes
where product = $product and last_day > $until - 28 and first_day <= $until
order by posts desc, first_day desc, channel
limit $most
