-- What verdicts are made of, by day, and where it is not what it was when they were made.

-- one row per day with anything that verdicts depend on; the digest is of all of it, in whatever order it lies
create or replace temp table trend_inputs as
select day, bit_xor(digest) as digest
from (
    select
        day,
        hash('daily', product, channel, market, posts, negative, scored, compound_sum, compound_sq_sum, rating_count, rating_sum,
            rating_sq_sum, one_star, nps_count, nps_promoters, nps_detractors, scorer_version, complete)
            as digest
    from trend_daily
    union all
    select
        day, hash('topic', product, channel, topic, posts, negative, scored, compound_sum, compound_sq_sum, rating_count, rating_sum,
            rating_sq_sum, one_star, nps_count, nps_promoters, nps_detractors, scorer_version, complete)
    from trend_daily_topic
    union all
    select
        day,
        hash('version', product, channel, app_version, posts, negative, scored, compound_sum, compound_sq_sum, rating_count, rating_sum,
            rating_sq_sum, one_star, nps_count, nps_promoters, nps_detractors, scorer_version, complete)
    from trend_daily_version
    union all
    select day, hash('asked', product, channel, complete)
    from trend_channel_days
)
group by day;

-- one row per day that is not as it was judged
create or replace temp table trend_changed as
select coalesce(i.day, j.day) as day, i.digest
from trend_inputs as i
full join judged_days as j on j.day = i.day
where i.digest is distinct from j.digest;
