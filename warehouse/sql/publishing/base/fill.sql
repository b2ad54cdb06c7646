-- The days $first to $last of the base, written anew from the store. Both bounds are constants to DuckDB, so that it skips
-- what lies outside without reading it: the cost is that of these days, however old the store is.

delete from daily where day between $first and $last;

insert into daily by name
select * from store.main.daily
where day between $first and $last
order by product, day, channel, market;

delete from daily_version where day between $first and $last;

insert into daily_version by name
select * from store.main.daily_version
where day between $first and $last
order by product, day, channel, app_version;

delete from daily_topic where day between $first and $last;

insert into daily_topic by name
select * from store.main.daily_topic
where day between $first and $last
order by product, day, channel, topic;

delete from verdicts where day between $first and $last;

insert into verdicts by name
select * from store.main.verdicts
where day between $first and $last
order by product, slice_kind, channel, market, topic, app_version, metric, day;

delete from posts_without_words where day between $first and $last;

insert into posts_without_words by name
select p.* exclude (content_hash)
from store.main.posts as p
left join (
    select channel, product, post_id, day
    from store.main.texts
    where day between $first and $last
) as t on t.channel = p.channel and t.product = p.product and t.post_id = p.post_id
    and t.day = p.day
where p.day between $first and $last and t.post_id is null;
