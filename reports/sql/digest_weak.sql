-- from weakness_radar
-- One row per own product x competitor x topic where we are really weaker, the three that weigh most of each product.
select product_name, competitor_name, topic_title, gap, gap_low, gap_high, posts, their_posts
from weakness_radar
where verdict = 'weaker'
qualify row_number() over (partition by product order by weight desc, competitor, topic) <= 3
order by product_name, weight desc, competitor_name, topic_title
