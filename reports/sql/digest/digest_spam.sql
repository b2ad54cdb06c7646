-- from spam_episodes, products
-- One row per wave of posts taken for spam that reached into the seven days before $until. Not what they say: that stays in the file.
select product_name, channel, reason, first_day, last_day, posts, posts_of_days, share, mean_compound, mean_without
from spam_episodes
where last_day >= $until - 7 and first_day < $until and product not in (select product from products where not tracked)
order by posts desc, first_day desc, product_name, channel
