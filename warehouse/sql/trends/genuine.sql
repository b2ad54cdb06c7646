-- The aggregates as they are judged: without the posts that are taken for spam. What is left is rounded to the decimals of
-- the sums, so that it is exact. A day whose posts are all spam stays, with none.

-- one row per day x product x channel x market
create or replace temp view trend_daily as
select
    d.day, d.product, d.channel, d.market, d.complete, d.scorer_version,
    d.posts - coalesce(s.posts, 0) as posts,
    d.negative - coalesce(s.negative, 0) as negative,
    d.scored - coalesce(s.scored, 0) as scored,
    round(d.compound_sum - coalesce(s.compound_sum, 0), 4) as compound_sum,
    round(d.compound_sq_sum - coalesce(s.compound_sq_sum, 0), 8) as compound_sq_sum,
    d.rating_count - coalesce(s.rating_count, 0) as rating_count,
    round(d.rating_sum - coalesce(s.rating_sum, 0), 4) as rating_sum,
    round(d.rating_sq_sum - coalesce(s.rating_sq_sum, 0), 8) as rating_sq_sum,
    d.one_star - coalesce(s.one_star, 0) as one_star,
    d.nps_count - coalesce(s.nps_count, 0) as nps_count,
    d.nps_promoters - coalesce(s.nps_promoters, 0) as nps_promoters,
    d.nps_detractors - coalesce(s.nps_detractors, 0) as nps_detractors
from daily as d
left join daily_spam as s
    on s.day = d.day and s.product = d.product and s.channel = d.channel and s.market = d.market;

-- one row per day x product x channel x topic; stars and answers of topics are not judged
create or replace temp view trend_daily_topic as
select
    d.day, d.product, d.channel, d.topic, d.complete, d.scorer_version,
    d.posts - coalesce(s.posts, 0) as posts,
    d.negative - coalesce(s.negative, 0) as negative,
    d.scored - coalesce(s.scored, 0) as scored,
    round(d.compound_sum - coalesce(s.compound_sum, 0), 4) as compound_sum,
    round(d.compound_sq_sum - coalesce(s.compound_sq_sum, 0), 8) as compound_sq_sum,
    0 as rating_count, 0.0 as rating_sum, 0.0 as rating_sq_sum, 0 as one_star,
    0 as nps_count, 0 as nps_promoters, 0 as nps_detractors
from daily_topic as d
left join daily_topic_spam as s
    on s.day = d.day and s.product = d.product and s.channel = d.channel and s.topic = d.topic;

-- one row per day x product x channel x app_version
create or replace temp view trend_daily_version as
select
    d.day, d.product, d.channel, d.app_version, d.complete, d.scorer_version,
    d.posts - coalesce(s.posts, 0) as posts,
    d.negative - coalesce(s.negative, 0) as negative,
    d.scored - coalesce(s.scored, 0) as scored,
    round(d.compound_sum - coalesce(s.compound_sum, 0), 4) as compound_sum,
    round(d.compound_sq_sum - coalesce(s.compound_sq_sum, 0), 8) as compound_sq_sum,
    d.rating_count - coalesce(s.rating_count, 0) as rating_count,
    round(d.rating_sum - coalesce(s.rating_sum, 0), 4) as rating_sum,
    round(d.rating_sq_sum - coalesce(s.rating_sq_sum, 0), 8) as rating_sq_sum,
    d.one_star - coalesce(s.one_star, 0) as one_star,
    d.nps_count - coalesce(s.nps_count, 0) as nps_count,
    d.nps_promoters - coalesce(s.nps_promoters, 0) as nps_promoters,
    d.nps_detractors - coalesce(s.nps_detractors, 0) as nps_detractors
from daily_version as d
left join daily_version_spam as s
    on s.day = d.day and s.product = d.product and s.channel = d.channel and s.app_version = d.app_version;
