-- from trend, daily_sentiment, products
-- One row per tracked product and day after $since: score and stars of the 7 days to it (complete days, each post counting once), and posts on one of these days.
select
    product, day, trend.complete, mean_7d, scored_7d, days_7d, posts_7d / nullif(days_7d, 0) as posts_a_day,
    sum(rating_count * rating_mean) filter (where trend.complete and rating_count > 0) over week
        / sum(rating_count) filter (where trend.complete and rating_count > 0) over week as stars_7d,
    cast(coalesce(sum(rating_count) filter (where trend.complete) over week, 0) as bigint) as ratings_7d
from trend
left join daily_sentiment using (product, day)
where day <= $until and product not in (select product from products where not tracked)
window week as (partition by product order by day range between interval 6 days preceding and current row)
qualify day > $since
order by product, day
