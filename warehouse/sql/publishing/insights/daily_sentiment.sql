-- one row per day x product that has posts
create table daily_sentiment as
with per_day as (
    select
        day,
        product,
        cast(sum(posts) as bigint) as posts,
        cast(sum(scored) as bigint) as scored,
        cast(sum(unscored) as bigint) as unscored,
        cast(sum(positive) as bigint) as positive,
        cast(sum(neutral) as bigint) as neutral,
        cast(sum(negative) as bigint) as negative,
        -- Sums of four decimals, added as decimals: exact in any order.
        sum(cast(compound_sum as decimal(18, 4))) as compound_sum,
        cast(sum(rating_count) as bigint) as rating_count,
        cast(sum(cast(rating_sum as decimal(18, 4))) as double) as rating_sum,
        cast(sum(recommend_count) as bigint) as recommend_count,
        cast(sum(recommend_yes) as bigint) as recommend_yes,
        count(distinct channel) as channels,
        case when min(scorer_version) = max(scorer_version) then min(scorer_version) else 'mixed' end as scorer_version
    from daily
    group by day, product
)
select
    d.day,
    d.product,
    coalesce(p.name, d.product) as product_name,
    coalesce(p.own, false) as own,
    d.posts,
    d.scored,
    d.unscored,
    d.positive,
    d.neutral,
    d.negative,
    d.compound_sum / nullif(d.scored, 0) as mean_compound,
    d.positive / nullif(d.scored, 0) as positive_share,
    d.negative / nullif(d.scored, 0) as negative_share,
    d.rating_count,
    d.rating_sum / nullif(d.rating_count, 0) as rating_mean,
    d.recommend_yes / nullif(d.recommend_count, 0) as recommend_share,
    d.channels,
    coalesce(k.complete, false) as complete,
    d.scorer_version
from per_day as d
left join products as p on p.product = d.product
left join completeness as k on k.product = d.product and k.day = d.day
order by d.day, d.product;

comment on table daily_sentiment is 'One row per day x product that has posts: how many, how they sound, and whether the day is complete.';
comment on column daily_sentiment.day is 'Calendar day in the reporting time zone.';
comment on column daily_sentiment.product is 'Product slug.';
comment on column daily_sentiment.product_name is 'Product name, for people.';
comment on column daily_sentiment.own is 'True for our own product, false for a competitor''s.';
comment on column daily_sentiment.posts is 'Posts created on the day, scored or not.';
comment on column daily_sentiment.scored is 'Posts with a score.';
comment on column daily_sentiment.unscored is 'Posts counted but not scored (no text, or not in a language the scorer knows). Never counted as neutral.';
comment on column daily_sentiment.positive is 'Scored posts with compound >= $compound_threshold.';
comment on column daily_sentiment.neutral is 'Scored posts with compound between -$compound_threshold and $compound_threshold.';
comment on column daily_sentiment.negative is 'Scored posts with compound <= -$compound_threshold.';
comment on column daily_sentiment.mean_compound is 'Mean compound score of the scored posts, in [-1, 1]; null without any.';
comment on column daily_sentiment.positive_share is 'Positive posts as a share of the scored, 0 to 1.';
comment on column daily_sentiment.negative_share is 'Negative posts as a share of the scored, 0 to 1.';
comment on column daily_sentiment.rating_count is 'Posts with a star rating.';
comment on column daily_sentiment.rating_mean is 'Mean star rating, 1 to 5; null without any.';
comment on column daily_sentiment.recommend_share is 'Share of "recommended" among the posts that were asked so, 0 to 1; null without any.';
comment on column daily_sentiment.channels is 'Channels that brought a post.';
comment on column daily_sentiment.complete is 'True when every channel asked about this day covers all of it.';
comment on column daily_sentiment.scorer_version is 'The scorer behind the numbers, or mixed.';
