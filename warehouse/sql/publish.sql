-- What goes into the published file. Runs with the published database in use;
-- publish.py puts the name that DuckDB gives the store in place of `store`.

-- one row per day x product x channel x market
create table daily as
select * from store.main.daily order by product, day, channel, market;

-- one row per day x product x channel x app_version
create table daily_version as
select * from store.main.daily_version order by product, day, channel, app_version;

-- one row per day x product x channel x topic
create table daily_topic as
select * from store.main.daily_topic order by product, day, channel, topic;

-- one row per day x product x channel
create table coverage_daily as
select * from store.main.coverage_daily order by product, day, channel;

-- one row per day x slice x metric
create table verdicts as
select * from store.main.verdicts order by product, slice_kind, channel, market, topic, app_version, metric, day;

-- one row per product
create table products as
select * from store.main.products order by product;

-- one row per channel
create table channels as
select * from store.main.channels order by channel;

-- one row per topic
create table topics as
select * from store.main.topics order by topic;

-- one row per asked window
create table coverage as
select * from store.main.coverage order by landed_at, channel, product, asked_from;

-- one row per run
create table runs as
select * from store.main.runs order by started_at;

-- one row per seen change
create table revisions as
select * from store.main.revisions order by product, day, seen_at;

-- one row per item set aside
create table set_aside as
select * from store.main.set_aside order by "at", channel, item;

-- one row per erasure, in counts
create table erasures as
select "at", kind, why, posts, texts, other_rows, days from store.main.erasures order by "at";

-- one row per (channel, product, post_id); title and text are null once they are past their retention
create table posts as
select
    p.channel,
    p.product,
    p.post_id,
    p.source,
    p.kind,
    p.market,
    p.created_at,
    p.edited_at,
    p.day,
    p.author,
    t.title,
    t.text,
    p.rating,
    p.nps,
    p.recommended,
    p.app_version,
    p.likes,
    p.url,
    p.language_hint,
    p.reply_count,
    p.raw_created,
    p.language,
    p.scored,
    p.unscored_reason,
    p.compound,
    p.positive,
    p.neutral,
    p.negative,
    p.vader_compound,
    p.capped,
    p.scorer_version,
    p.first_seen_at,
    p.updated_at
from store.main.posts as p
left join store.main.texts as t
    on t.channel = p.channel and t.product = p.product and t.post_id = p.post_id;

-- one row per (channel, product, post_id, topic)
create table post_topics as
select channel, product, post_id, named.topic, day, named.compound, named.sentences
from (select channel, product, post_id, day, unnest(topics) as named from store.main.posts);

-- one row per key
create table meta (key varchar not null, value varchar not null);
