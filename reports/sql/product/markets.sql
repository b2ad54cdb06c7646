-- from by_market
-- One row per source and market: the product's last 28 days, and the 28 before them.
select source, market, posts, scored, mean_compound, rating_mean, posts_before, scored_before, mean_before, change, count(*) over () as of_all
from by_market
where product = $product and posts > 0
order by posts desc, source, market
limit $most
