-- one row per day x product that any channel was asked about
create view completeness as
with
-- Days before a channel's first covered one that its service does not list (a capped first pull): a gap, but no outage
-- of the product. Days that an uncapped pull did not bring are an outage, at the beginning as anywhere.
beyond as (
    select distinct
        c.product,
        c.channel,
        cast(unnest(generate_series(c.day_from, least(c.day_to, b.first_day - 1), interval 1 day)) as date) as day
    from coverage as c
    join (select distinct product, channel, first_day from asked_days) as b
        on b.product = c.product and b.channel = c.channel and c.day_from < b.first_day
    where c.status = 'ok' and c.capped
)
select
    a.day,
    a.product,
    count(*) as channels,
    count(*) filter (where a.complete) as channels_complete,
    bool_and(a.complete) as complete
from asked_days as a
left join beyond on beyond.product = a.product and beyond.channel = a.channel and beyond.day = a.day
where beyond.day is null
group by a.day, a.product;

comment on view completeness is 'One row per day x product: how many channels were asked about the day, and whether each of them answered for all of it.';
comment on column completeness.day is 'Calendar day in the reporting time zone.';
comment on column completeness.product is 'Product slug.';
comment on column completeness.channels is 'Channels asked about this day; not those whose service lists no further back than a later day.';
comment on column completeness.channels_complete is 'Those of them whose coverage holds the whole day, and whose count is not doubted (see coverage_daily.suspect).';
comment on column completeness.complete is 'True when every asked channel covers the whole day. Counts of other days are lower bounds.';
