-- from trend, daily_sentiment, products
-- One row per product: its latest complete day, and the 7 and 28 days ending on it.
with latest as (
    select product, max(day) as day from trend where complete and day <= $until group by product
),
known as (
    select product, max(day) as last_day from trend where day <= $until group by product
)
select
    product, coalesce(products.name, product) as product_name, coalesce(products.own, false) as own,
    known.last_day, latest.day,
    trend.posts, trend.scored, trend.mean_compound,
    trend.scored_7d, trend.days_7d, trend.mean_7d,
    trend.scored_28d, trend.days_28d, trend.mean_28d,
    trend.mean_7d - trend.mean_28d as change_28d,
    daily_sentiment.rating_count, daily_sentiment.rating_mean
from products
full join known using (product)
left join latest using (product)
left join trend using (product, day)
left join daily_sentiment using (product, day)
order by 3 desc, product_name, product
