-- The sums of spam on the days $first_day to $last_day, computed anew as recompute.sql does those of all posts: of whole
-- ten-thousandths, divided once at the end.

-- one row per post that is taken for spam
create or replace temp table spam_facts as
select
    p.day,
    p.product,
    p.channel,
    p.market,
    coalesce(p.app_version, '') as app_version,
    p.scored,
    cast(round(p.compound * 10000) as bigint) as compound,
    cast(round(p.rating * 10000) as bigint) as rating,
    p.nps,
    p.topics
from posts as p
join spam_days as d on d.product = p.product and d.day = p.day
where p.day between $first_day and $last_day and p.spam is not null;

create or replace temp macro spam_counted(scored, compound, rating, nps) as struct_pack(
    posts := count(*),
    scored := count(*) filter (where scored),
    positive := count(*) filter (where compound >= cast($compound_threshold * 10000 as bigint)),
    neutral := count(*) filter (where abs(compound) < cast($compound_threshold * 10000 as bigint)),
    negative := count(*) filter (where compound <= -cast($compound_threshold * 10000 as bigint)),
    compound_sum := coalesce(sum(compound), 0) / 1e4,
    compound_sq_sum := coalesce(sum(compound * compound), 0) / 1e8,
    rating_count := count(rating),
    rating_sum := coalesce(sum(rating), 0) / 1e4,
    rating_sq_sum := coalesce(sum(rating * rating), 0) / 1e8,
    one_star := count(*) filter (where rating < 15000),
    nps_count := count(nps),
    nps_promoters := count(*) filter (where nps >= 9),
    nps_passives := count(*) filter (where nps between 7 and 8),
    nps_detractors := count(*) filter (where nps <= 6)
);

delete from daily_spam
using spam_days as d
where daily_spam.product = d.product and daily_spam.day = d.day and d.day between $first_day and $last_day;

insert into daily_spam by name
select day, product, channel, market, unnest(numbers)
from (
    select day, product, channel, market, spam_counted(scored, compound, rating, nps) as numbers
    from spam_facts
    group by day, product, channel, market
)
order by product, day, channel, market;

delete from daily_version_spam
using spam_days as d
where daily_version_spam.product = d.product and daily_version_spam.day = d.day and d.day between $first_day and $last_day;

insert into daily_version_spam by name
select day, product, channel, app_version, unnest(numbers)
from (
    select day, product, channel, app_version, spam_counted(scored, compound, rating, nps) as numbers
    from spam_facts
    group by day, product, channel, app_version
)
order by product, day, channel, app_version;

delete from daily_topic_spam
using spam_days as d
where daily_topic_spam.product = d.product and daily_topic_spam.day = d.day and d.day between $first_day and $last_day;

-- Only scored posts name topics; the compounds are of what they say about the topic.
insert into daily_topic_spam by name
select day, product, channel, topic, unnest(numbers)
from (
    select
        day, product, channel, named.topic as topic,
        spam_counted(true, cast(round(named.compound * 10000) as bigint), rating, nps) as numbers
    from (select day, product, channel, rating, nps, unnest(topics) as named from spam_facts)
    group by day, product, channel, named.topic
)
order by product, day, channel, topic;
