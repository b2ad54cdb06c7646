-- The aggregates of the days $from to $to as the detector reads them: slices, cells and days by number. Temporary tables,
-- made anew for each span of days. Both bounds are said of each table, so that DuckDB skips what lies outside unread.

-- one row per day x slice x cell; 'versioned' (posts that name a version) is the baseline of versions and never shown. Not
-- a table: it is read three times, which costs less than to write it down once.
create or replace temp macro trend_points(first_read, last_read) as table
select
    day, product, 'product' as slice_kind, '' as channel, '' as market, '' as topic, '' as app_version,
    channel as cell_channel, market as cell_market,
    posts, negative, scored, compound_sum, compound_sq_sum, rating_count, rating_sum, rating_sq_sum, one_star, nps_count,
    nps_promoters, nps_detractors, scorer_version, complete
from trend_daily
where day between first_read and last_read
union all
select
    day, product, 'channel', channel, '', '', '', channel, market,
    posts, negative, scored, compound_sum, compound_sq_sum, rating_count, rating_sum, rating_sq_sum, one_star, nps_count,
    nps_promoters, nps_detractors, scorer_version, complete
from trend_daily
where day between first_read and last_read
union all
select
    day, product, 'market', channel, market, '', '', channel, market,
    posts, negative, scored, compound_sum, compound_sq_sum, rating_count, rating_sum, rating_sq_sum, one_star, nps_count,
    nps_promoters, nps_detractors, scorer_version, complete
from trend_daily
where day between first_read and last_read and market <> ''
union all
select
    day, product, 'topic', '', '', topic, '', channel, '',
    posts, negative, scored, compound_sum, compound_sq_sum, rating_count, rating_sum, rating_sq_sum, one_star, nps_count,
    nps_promoters, nps_detractors, scorer_version, complete
from trend_daily_topic
where day between first_read and last_read
union all
select
    day, product, 'version', '', '', '', app_version, channel, '',
    posts, negative, scored, compound_sum, compound_sq_sum, rating_count, rating_sum, rating_sq_sum, one_star, nps_count,
    nps_promoters, nps_detractors, scorer_version, complete
from trend_daily_version
where day between first_read and last_read and app_version <> ''
union all
select
    day, product, 'versioned', '', '', '', '', channel, '',
    cast(sum(posts) as bigint), cast(sum(negative) as bigint), cast(sum(scored) as bigint),
    cast(sum(cast(compound_sum as decimal(18, 4))) as double), cast(sum(cast(compound_sq_sum as decimal(18, 8))) as double),
    cast(sum(rating_count) as bigint), cast(sum(cast(rating_sum as decimal(18, 4))) as double),
    cast(sum(cast(rating_sq_sum as decimal(18, 8))) as double), cast(sum(one_star) as bigint),
    cast(sum(nps_count) as bigint), cast(sum(nps_promoters) as bigint), cast(sum(nps_detractors) as bigint),
    case when min(scorer_version) = max(scorer_version) then min(scorer_version) else 'mixed' end,
    bool_and(complete)
from trend_daily_version
where day between first_read and last_read and app_version <> ''
group by day, product, channel;

-- one row per slice x cell, whatever there is of it
create or replace temp table trend_found as
select
    product, slice_kind, channel, market, topic, app_version, cell_channel, cell_market,
    cast(sum(scored) as bigint) as scored, cast(sum(rating_count) as bigint) as rated
from trend_points($from, $to)
group by all;

-- one row per slice that had enough posts for one verdict (product and channels always), by number, product after product
create or replace temp table trend_slices as
with found as (
    select product, slice_kind, channel, market, topic, app_version
    from trend_found
    group by all
    having slice_kind in ('product', 'channel', 'versioned') or sum(scored) >= $floor or sum(rated) >= $floor
)
select
    row_number() over (
        order by
            product, list_position(['product', 'channel', 'market', 'topic', 'version', 'versioned'], slice_kind),
            channel, market, topic, app_version
    ) - 1 as slice_no,
    *
from found;

-- one row per slice x cell, by number, in the order of the slices; products by number too
create or replace temp table trend_cells as
select
    cast(dense_rank() over (order by product) as smallint) as product_no,
    cast(row_number() over (order by slice_no, cell_channel, cell_market) - 1 as integer) as cell_no,
    *
from (
    select s.*, f.cell_channel, f.cell_market
    from trend_slices as s
    join trend_found as f using (product, slice_kind, channel, market, topic, app_version)
);

-- one row per scorer version; code 0 stands for several in one day
create or replace temp table trend_scorers as
select scorer_version, row_number() over (order by scorer_version) as code
from (select distinct scorer_version from trend_points($from, $to) where scorer_version <> 'mixed');

-- one row per day x cell; in the order in which products are read, one after another
create or replace temp table trend_series as
select
    c.product_no,
    cast(c.slice_no as integer) as slice_no,
    c.cell_no,
    p.day,
    p.posts,
    p.negative,
    p.scored,
    p.compound_sum,
    p.compound_sq_sum,
    p.rating_count,
    p.rating_sum,
    p.rating_sq_sum,
    p.one_star,
    p.nps_count,
    p.nps_promoters,
    p.nps_detractors,
    p.complete,
    cast(coalesce(v.code, 0) as integer) as code
from trend_points($from, $to) as p
join trend_cells as c using (product, slice_kind, channel, market, topic, app_version, cell_channel, cell_market)
left join trend_scorers as v on v.scorer_version = p.scorer_version
order by c.product_no;

-- one row per slice: the set of channels, by number, that its posts might have come by
create or replace temp table trend_sets as
with channels_of as (
    -- A post about anything, or on any topic, might have come by any channel of the product.
    select s.product, s.slice_no, d.channel
    from trend_slices as s
    join (select distinct product, channel from trend_channel_days) as d using (product)
    where s.slice_kind in ('product', 'topic')
    union
    select product, slice_no, cell_channel
    from trend_cells
),
listed as (
    select product, slice_no, list(channel order by channel) as channels
    from channels_of
    group by product, slice_no
)
select *, dense_rank() over (order by product, channels) - 1 as set_no
from listed;

-- one row per set of channels x day that any of them was asked about, from the product's first day with posts on: many
-- slices share a set
create or replace temp table trend_days as
with members as (
    select product, set_no, unnest(any_value(channels)) as channel
    from trend_sets
    group by product, set_no
),
begun as (
    select c.product, s.first_day
    from (select product_no, min(day) as first_day from trend_series group by product_no) as s
    join (select distinct product_no, product from trend_cells) as c on c.product_no = s.product_no
)
select c.product, c.set_no, d.day, bool_and(d.complete) as complete
from members as c
join trend_channel_days as d using (product, channel)
join begun as b on b.product = c.product
where d.day between b.first_day and $to
group by c.product, c.set_no, d.day;
