-- from by_version
-- One row per version that a post names, the newest first.
select app_version, first_day, last_day, posts, scored, mean_compound, negative_share, rating_count, rating_mean,
    count(*) over () as of_all
from by_version
where product = $product and app_version <> ''
order by first_day desc, last_day desc, app_version
limit $most
