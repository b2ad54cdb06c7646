-- The aggregates of the touched days of one channel, computed anew from posts: never added to, so any order of landings
-- ends at the same numbers. Sums are of whole ten-thousandths and divided once at the end: exact, so bit-identical.

-- one row per post of a touched day
create or replace temp table facts as
select
    p.day,
    p.product,
    p.source,
    p.market,
    coalesce(p.app_version, '') as app_version,
    p.scored,
    cast(round(p.compound * 10000) as bigint) as compound,
    cast(round(p.vader_compound * 10000) as bigint) as vader,
    case when p.scored then 1 + greatest(coalesce(p.likes, 0), 0) end as weight,
    cast(round(p.rating * 10000) as bigint) as rating,
    p.nps,
    p.recommended,
    p.author,
    p.scorer_version,
    p.topics
from posts as p
join (select distinct product, day from touched) as t on t.product = p.product and t.day = p.day
where p.channel = $channel
    -- Said once more for the scan, which skips row groups by it.
    and p.day between $first_day and $last_day;

-- What is counted of posts, or of what posts say about a topic: the columns that daily, daily_version and daily_topic share,
-- by their names. Compounds and stars come in ten-thousandths.
create or replace temp macro counted(scored, compound, vader, rating, nps, recommended, weight, author) as struct_pack(
    posts := count(*),
    scored := count(*) filter (where scored),
    unscored := count(*) filter (where not scored),
    positive := count(*) filter (where compound >= cast($compound_threshold * 10000 as bigint)),
    neutral := count(*) filter (where abs(compound) < cast($compound_threshold * 10000 as bigint)),
    negative := count(*) filter (where compound <= -cast($compound_threshold * 10000 as bigint)),
    compound_sum := coalesce(sum(compound), 0) / 1e4,
    compound_sq_sum := coalesce(sum(compound * compound), 0) / 1e8,
    mean_compound := (coalesce(sum(compound), 0) / 1e4) / nullif(count(*) filter (where scored), 0),
    vader_compound_sum := coalesce(sum(vader), 0) / 1e4,
    rating_count := count(rating),
    rating_sum := coalesce(sum(rating), 0) / 1e4,
    rating_sq_sum := coalesce(sum(rating * rating), 0) / 1e8,
    one_star := count(*) filter (where rating < 15000),
    nps_count := count(nps),
    nps_promoters := count(*) filter (where nps >= 9),
    nps_passives := count(*) filter (where nps between 7 and 8),
    nps_detractors := count(*) filter (where nps <= 6),
    recommend_count := count(recommended),
    recommend_yes := count(*) filter (where recommended),
    likes_weight := coalesce(sum(weight), 0),
    likes_weighted_sum := coalesce(sum(weight * compound), 0) / 1e4,
    authors := count(distinct author)
);

create or replace temp macro version_of(scorer_version) as
    case when min(scorer_version) = max(scorer_version) then min(scorer_version) else 'mixed' end;

-- one row per day x product x (market or app_version)
create or replace temp table computed as
select
    day,
    product,
    grouping(market) = 0 as by_market,
    max(source) as source,
    market,
    app_version,
    counted(scored, compound, vader, rating, nps, recommended, weight, author) as numbers,
    version_of(scorer_version) as scorer_version
from facts
group by grouping sets ((day, product, market), (day, product, app_version));

delete from daily
using touched as t
where daily.channel = $channel and daily.product = t.product and daily.day = t.day;

insert into daily by name
select
    c.day, c.product, $channel as channel, c.source, c.market, unnest(c.numbers),
    coalesce(k.complete, false) as complete, c.scorer_version, $now as updated_at, coalesce(k.suspect, false) as suspect
from computed as c
left join coverage_daily as k on k.channel = $channel and k.product = c.product and k.day = c.day
where c.by_market;

delete from daily_version
using touched as t
where daily_version.channel = $channel and daily_version.product = t.product and daily_version.day = t.day;

insert into daily_version by name
select
    c.day, c.product, $channel as channel, c.source, c.app_version, unnest(c.numbers),
    coalesce(k.complete, false) as complete, c.scorer_version, $now as updated_at
from computed as c
left join coverage_daily as k on k.channel = $channel and k.product = c.product and k.day = c.day
where not c.by_market;

-- one row per day x product x topic; only scored posts name topics
create or replace temp table computed_topic as
with named as (
    select
        day, product, source, vader, compound as post_compound, weight, rating, nps, recommended, author, scorer_version,
        unnest(topics) as named
    from facts
),
about as (
    select *, named.topic, cast(round(named.compound * 10000) as bigint) as compound
    from named
)
select
    day,
    product,
    max(source) as source,
    topic,
    counted(true, compound, vader, rating, nps, recommended, weight, author) as numbers,
    version_of(scorer_version) as scorer_version,
    coalesce(sum(post_compound), 0) as post_compound_sum
from about
group by day, product, topic;

delete from daily_topic
using touched as t
where daily_topic.channel = $channel and daily_topic.product = t.product and daily_topic.day = t.day;

insert into daily_topic by name
select
    c.day, c.product, $channel as channel, c.source, c.topic, unnest(c.numbers),
    coalesce(k.complete, false) as complete, c.scorer_version, $now as updated_at,
    c.post_compound_sum / 1e4 as post_compound_sum
from computed_topic as c
left join coverage_daily as k on k.channel = $channel and k.product = c.product and k.day = c.day;
