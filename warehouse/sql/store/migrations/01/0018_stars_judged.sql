-- What stars are judged by beside their mean: the sum of their squares, and how many were one star (below one and a half).
-- Days that landed before are counted from their posts: rows of one grain each, in ten-thousandths as recompute.sql does.
alter table daily add column rating_sq_sum double default 0;

alter table daily add column one_star bigint default 0;

alter table daily_version add column rating_sq_sum double default 0;

alter table daily_version add column one_star bigint default 0;

alter table daily_topic add column rating_sq_sum double default 0;

alter table daily_topic add column one_star bigint default 0;

update daily as d
set rating_sq_sum = s.squares, one_star = s.ones
from (
    select
        day, product, channel, market,
        sum(pow(cast(round(rating * 10000) as bigint), 2)) / 1e8 as squares,
        count(*) filter (where rating < 1.5) as ones
    from posts
    where rating is not null
    group by all
) as s
where d.day = s.day and d.product = s.product and d.channel = s.channel and d.market = s.market;

update daily_version as d
set rating_sq_sum = s.squares, one_star = s.ones
from (
    select
        day, product, channel, coalesce(app_version, '') as app_version,
        sum(pow(cast(round(rating * 10000) as bigint), 2)) / 1e8 as squares,
        count(*) filter (where rating < 1.5) as ones
    from posts
    where rating is not null
    group by all
) as s
where d.day = s.day and d.product = s.product and d.channel = s.channel and d.app_version = s.app_version;

update daily_topic as d
set rating_sq_sum = s.squares, one_star = s.ones
from (
    select
        day, product, channel, named.topic,
        sum(pow(cast(round(rating * 10000) as bigint), 2)) / 1e8 as squares,
        count(*) filter (where rating < 1.5) as ones
    from (select day, product, channel, rating, unnest(topics) as named from posts where rating is not null)
    group by all
) as s
where d.day = s.day and d.product = s.product and d.channel = s.channel and d.topic = s.topic;
