-- one row per day x product that any channel was asked about
create view completeness as
with asked as (
    select day, product, channel, complete
    from coverage_daily
    union all
    -- A window that failed or is still being pulled leaves no row in coverage_daily, but its days were asked about.
    select cast(unnest(generate_series(day_from, day_to, interval 1 day)) as date), product, channel, false
    from coverage
    where status <> 'ok'
),
answered as (
    select day, product, channel, bool_or(complete) as complete
    from asked
    group by day, product, channel
),
-- From its first covered day on; where it has none yet, from the first post that a pull cut short left, and from the first
-- day asked for while it is still being pulled: what is there of it is a part.
began as (
    select product, channel, coalesce(min(day) filter (where covered), min(day)) as first_day
    from (
        select product, channel, day, true as covered
        from coverage_daily
        where covered_share > 0
        union all
        select d.product, d.channel, d.day, false
        from daily as d
        join (select distinct product, channel from coverage where status = 'failed' and posts > 0) as cut
            on cut.product = d.product and cut.channel = d.channel
        union all
        select product, channel, day_from, false
        from coverage
        where status = 'pending'
    )
    group by product, channel
),
-- Days before a channel's first covered one that its service does not list (a capped first pull): a gap, but no outage
-- of the product. Days that an uncapped pull did not bring are an outage, at the beginning as anywhere.
beyond as (
    select distinct
        c.product,
        c.channel,
        cast(unnest(generate_series(c.day_from, least(c.day_to, b.first_day - 1), interval 1 day)) as date) as day
    from coverage as c
    join began as b on b.product = c.product and b.channel = c.channel and c.day_from < b.first_day
    where c.status = 'ok' and c.capped
)
select
    answered.day,
    answered.product,
    count(*) as channels,
    count(*) filter (where answered.complete) as channels_complete,
    bool_and(answered.complete) as complete
from answered
join began on began.product = answered.product and began.channel = answered.channel
left join beyond on beyond.product = answered.product and beyond.channel = answered.channel
    and beyond.day = answered.day
where beyond.day is null
group by answered.day, answered.product;

comment on view completeness is 'One row per day x product: how many channels were asked about the day, and whether each of them answered for all of it.';
comment on column completeness.day is 'Calendar day in the reporting time zone.';
comment on column completeness.product is 'Product slug.';
comment on column completeness.channels is 'Channels asked about this day; not those whose service lists no further back than a later day.';
comment on column completeness.channels_complete is 'Those of them whose coverage holds the whole day, and whose count is not doubted (see coverage_daily.suspect).';
comment on column completeness.complete is 'True when every asked channel covers the whole day. Counts of other days are lower bounds.';
