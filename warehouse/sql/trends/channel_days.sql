-- one row per day x product x channel that was asked about, from the channel's first covered day on
create or replace temp table trend_channel_days as
with asked as (
    select day, product, channel, complete
    from coverage_daily
    union all
    -- A failed window leaves no row in coverage_daily, but its days were asked about.
    select cast(unnest(generate_series(day_from, day_to, interval 1 day)) as date), product, channel, false
    from coverage
    where status = 'failed'
),
began as (
    select product, channel, min(day) as first_day
    from coverage_daily
    where covered_share > 0
    group by product, channel
)
select a.product, a.channel, a.day, bool_or(a.complete) as complete
from asked as a
join began as b on b.product = a.product and b.channel = a.channel and a.day >= b.first_day
group by a.product, a.channel, a.day;
