-- from daily_topic, trend
-- One row per topic and week (from Monday) with scored posts on complete days: how many, and the mean of the sentences that name it.
select
    topic, cast(date_trunc('week', day) as date) as week, cast(sum(daily_topic.scored) as bigint) as scored,
    sum(compound_sum) / sum(daily_topic.scored) as mean_compound
from daily_topic
join trend using (product, day)
where product = $product and trend.complete and day > $since and day <= $until
group by topic, week
having sum(daily_topic.scored) > 0
order by topic, week
