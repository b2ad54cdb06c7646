-- from daily_sentiment, trend
-- One row per window ending on the latest complete day; complete days only (how many). Shares are of scored posts.
with latest as (
    select max(day) as last_day from trend where product = $product and complete and day <= $until
),
windows as (
    select last_day, unnest([1, 7, 28]) as window_days from latest where last_day is not null
)
select
    windows.window_days,
    windows.last_day,
    (
        select count(*) from trend
        where product = $product and complete and day <= last_day and day > last_day - window_days::integer
    ) as days,
    coalesce(sum(posts), 0)::bigint as posts,
    coalesce(sum(scored), 0)::bigint as scored,
    coalesce(sum(unscored), 0)::bigint as unscored,
    coalesce(sum(positive), 0)::bigint as positive,
    coalesce(sum(neutral), 0)::bigint as neutral,
    coalesce(sum(negative), 0)::bigint as negative,
    sum(positive) / nullif(sum(scored), 0) as positive_share,
    sum(neutral) / nullif(sum(scored), 0) as neutral_share,
    sum(negative) / nullif(sum(scored), 0) as negative_share
from windows
left join daily_sentiment
    on daily_sentiment.product = $product and daily_sentiment.complete
    and daily_sentiment.day <= windows.last_day
    and daily_sentiment.day > windows.last_day - windows.window_days::integer
group by windows.window_days, windows.last_day
order by windows.window_days
