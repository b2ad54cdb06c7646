-- from worst_posts
-- One row per post, the worst first.
select day, source, channel, market, compound, rating, app_version, title, text, url
from worst_posts
where product = $product and day <= $until
order by compound, day desc, channel, post_id
limit $most
