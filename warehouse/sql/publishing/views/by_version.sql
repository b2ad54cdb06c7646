-- one row per product x app_version
create view by_version as
with per_version as (
    select
        product,
        app_version,
        min(day) as first_day,
        max(day) as last_day,
        cast(sum(posts) as bigint) as posts,
        cast(sum(scored) as bigint) as scored,
        cast(sum(negative) as bigint) as negative,
        sum(cast(compound_sum as decimal(18, 4))) as compound_sum,
        cast(sum(rating_count) as bigint) as rating_count,
        cast(sum(cast(rating_sum as decimal(18, 4))) as double) as rating_sum
    from daily_version
    group by product, app_version
)
select
    v.product,
    coalesce(p.name, v.product) as product_name,
    v.app_version,
    v.first_day,
    v.last_day,
    v.posts,
    v.scored,
    v.compound_sum / nullif(v.scored, 0) as mean_compound,
    v.negative / nullif(v.scored, 0) as negative_share,
    v.rating_count,
    v.rating_sum / nullif(v.rating_count, 0) as rating_mean
from per_version as v
left join products as p on p.product = v.product
order by v.product, v.last_day desc, v.first_day desc, v.app_version desc;

comment on view by_version is 'One row per product x app version, over all days: catch a bad release.';
comment on column by_version.product is 'Product slug.';
comment on column by_version.product_name is 'Product name, for people.';
comment on column by_version.app_version is 'App version as the source says it; empty where unknown.';
comment on column by_version.first_day is 'First day with a post about it.';
comment on column by_version.last_day is 'Last day with a post about it.';
comment on column by_version.posts is 'Posts, scored or not.';
comment on column by_version.scored is 'Posts with a score.';
comment on column by_version.mean_compound is 'Mean compound, in [-1, 1]; null without scored posts.';
comment on column by_version.negative_share is 'Negative posts as a share of the scored, 0 to 1.';
comment on column by_version.rating_count is 'Posts with a star rating.';
comment on column by_version.rating_mean is 'Mean star rating, 1 to 5; null without any.';
