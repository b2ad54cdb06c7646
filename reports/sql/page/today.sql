-- from trend, daily_sentiment, verdicts, products
-- One row per product: its latest complete day, that day's verdict, and the 7 and 28 days ending on it.
with latest as (
    select product, max(day) as day from trend where complete and day <= $until group by product
),
known as (
    select product, max(day) as last_day from trend where day <= $until group by product
),
judged as (
    select product, day, verdict, baseline, change, change_low, change_high
    from verdicts
    where slice_kind = 'product' and metric = 'sentiment'
)
select
    product, coalesce(products.name, product) as product_name, coalesce(products.own, false) as own,
    known.last_day, latest.day,
    trend.posts, trend.scored, trend.mean_compound,
    trend.scored_7d, trend.days_7d, trend.mean_7d,
    judged.verdict, judged.baseline, judged.change, judged.change_low, judged.change_high,
    daily_sentiment.rating_count, daily_sentiment.rating_mean
from products
full join known using (product)
left join latest using (product)
left join trend using (product, day)
left join judged using (product, day)
left join daily_sentiment using (product, day)
-- Of one that is configured no more the file still tells; the page does not.
where coalesce(products.tracked, true)
order by 3 desc, product_name, product
