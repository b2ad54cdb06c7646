-- one row per day x product that any channel was asked about
create view completeness as
with asked as (
    select day, product, channel, complete
    from coverage_daily
    union all
    -- A failed window leaves no row in coverage_daily, but its days were asked about.
    select cast(unnest(generate_series(day_from, day_to, interval 1 day)) as date), product, channel, false
    from coverage
    where status = 'failed'
),
answered as (
    select day, product, channel, bool_or(complete) as complete
    from asked
    group by day, product, channel
),
-- What lies before a channel's first covered day (a capped first pull) is a gap, but not an outage of the product.
began as (
    select product, channel, min(day) as first_day
    from coverage_daily
    where covered_share > 0
    group by product, channel
)
select
    answered.day,
    answered.product,
    count(*) as channels,
    count(*) filter (where answered.complete) as channels_complete,
    bool_and(answered.complete) as complete
from answered
join began on began.product = answered.product and began.channel = answered.channel
where answered.day >= began.first_day
group by answered.day, answered.product;

comment on view completeness is 'One row per day x product: how many channels were asked about the day, and whether each of them answered for all of it.';
comment on column completeness.day is 'Calendar day in the reporting time zone.';
comment on column completeness.product is 'Product slug.';
comment on column completeness.channels is 'Channels asked about this day, from each one''s first covered day on.';
comment on column completeness.channels_complete is 'Those of them whose coverage holds the whole day.';
comment on column completeness.complete is 'True when every asked channel covers the whole day. Counts of other days are lower bounds.';
