-- one row per product x source x market with posts in the product's last 56 days
create view by_market as
with latest as (
    select product, max(day) as last_day
    from daily
    group by product
),
recent as (
    select d.*, d.day > latest.last_day - 28 as is_now
    from daily as d
    join latest on latest.product = d.product and d.day > latest.last_day - 56
),
per_market as (
    select
        product,
        source,
        market,
        cast(coalesce(sum(posts) filter (where is_now), 0) as bigint) as posts,
        cast(coalesce(sum(scored) filter (where is_now), 0) as bigint) as scored,
        sum(cast(compound_sum as decimal(18, 4))) filter (where is_now) as compound_sum,
        cast(sum(cast(rating_sum as decimal(18, 4))) filter (where is_now) as double) as rating_sum,
        sum(rating_count) filter (where is_now) as rating_count,
        cast(coalesce(sum(posts) filter (where not is_now), 0) as bigint) as posts_before,
        cast(coalesce(sum(scored) filter (where not is_now), 0) as bigint) as scored_before,
        sum(cast(compound_sum as decimal(18, 4))) filter (where not is_now) as compound_sum_before
    from recent
    group by product, source, market
),
means as (
    select
        *,
        compound_sum / nullif(scored, 0) as mean_compound,
        compound_sum_before / nullif(scored_before, 0) as mean_before
    from per_market
)
select
    m.product,
    coalesce(p.name, m.product) as product_name,
    m.source,
    m.market,
    m.posts,
    m.scored,
    m.mean_compound,
    m.rating_sum / nullif(m.rating_count, 0) as rating_mean,
    m.posts_before,
    m.scored_before,
    m.mean_before,
    m.mean_compound - m.mean_before as change
from means as m
left join products as p on p.product = m.product
order by m.product, m.source, m.posts desc, m.market;

comment on view by_market is 'One row per product x source x market: the product''s last 28 days beside the 28 before.';
comment on column by_market.product is 'Product slug.';
comment on column by_market.product_name is 'Product name, for people.';
comment on column by_market.source is 'Kind of service. Markets of two sources mean different things: country for the App Store, language for Google Play.';
comment on column by_market.market is 'Country or language the source knows; empty where it knows none.';
comment on column by_market.posts is 'Posts of the last 28 days.';
comment on column by_market.scored is 'Those of them with a score.';
comment on column by_market.mean_compound is 'Mean compound of the last 28 days, in [-1, 1]; null without scored posts.';
comment on column by_market.rating_mean is 'Mean star rating of the last 28 days, 1 to 5; null without any.';
comment on column by_market.posts_before is 'Posts of the 28 days before those.';
comment on column by_market.scored_before is 'Those of them with a score.';
comment on column by_market.mean_before is 'Mean compound of the 28 days before; null without scored posts.';
comment on column by_market.change is 'mean_compound - mean_before; null where either is missing. No verdict: small n moves a lot.';
