-- one row per day x product x channel that was asked about
create view asked_days as
with asked as (
    select day, product, channel, complete
    from coverage_daily
    union all
    -- A window that failed or is still being pulled leaves no row in coverage_daily, but its days were asked about.
    select cast(unnest(generate_series(day_from, day_to, interval 1 day)) as date), product, channel, false
    from coverage
    where status <> 'ok'
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
)
select a.day, a.product, a.channel, bool_or(a.complete) as complete, any_value(b.first_day) as first_day
from asked as a
join began as b on b.product = a.product and b.channel = a.channel
group by a.day, a.product, a.channel
order by a.day, a.product, a.channel;

comment on view asked_days is 'One row per day x product x channel that was asked about: whether the channel answered for all of the day.';
comment on column asked_days.day is 'Calendar day in the reporting time zone.';
comment on column asked_days.product is 'Product slug.';
comment on column asked_days.channel is 'Channel name.';
comment on column asked_days.complete is 'True when the channel''s coverage holds the whole day, and its count is not doubted (see coverage_daily.suspect).';
comment on column asked_days.first_day is 'The first day of which the channel covers anything; while it covers nothing, the first of which it has a post or is being asked.';
