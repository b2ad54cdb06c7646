-- from by_topic
-- One row per topic that the product's last 28 days name, the worst impact first.
select
    topic, topic_title, posts, share, mean_compound, negative_share, rating_mean, impact, posts_before, mean_before, change, count(*) over () as of_all
from by_topic
where product = $product and posts > 0
order by impact, posts desc, topic_title
limit $most
