-- What is written into the published file every night: all that the base (base/fill.sql), of which it is a copy, does not
-- hold. Runs with the published database in use;
-- publish.py puts the name that DuckDB gives the store in place of `store`.

-- one row per day x product x channel
create table coverage_daily as
select * from store.main.coverage_daily order by product, day, channel;

-- one row per product
create table products as
select * from store.main.products order by product;

-- one row per channel
create table channels as
select * from store.main.channels order by channel;

-- one row per topic
create table topics as
select * from store.main.topics order by topic;

-- one row per incident of the configuration
create table incidents as
select * from store.main.incidents order by product, day, name;

-- one row per asked window
create table coverage as
select * from store.main.coverage order by landed_at, channel, product, asked_from;

-- one row per run
create table runs as
select * from store.main.runs order by started_at;

-- one row per seen change; digests of words stay in the store
create table revisions as
select * exclude (old_seen_at, old_hash, new_hash) from store.main.revisions order by product, day, seen_at;

-- one row per run x channel x product x day x reason
create table day_changes as
select * from store.main.day_changes order by product, day, seen_at;

-- one row per item set aside
create table set_aside as
select * from store.main.set_aside order by "at", channel, item;

-- one row per day x product x channel x market that has spam
create table daily_spam as
select * from store.main.daily_spam order by product, day, channel, market;

-- one row per day x product x channel x app_version that has spam
create table daily_version_spam as
select * from store.main.daily_version_spam order by product, day, channel, app_version;

-- one row per day x product x channel x topic that has spam
create table daily_topic_spam as
select * from store.main.daily_topic_spam order by product, day, channel, topic;

-- one row per episode that was answered
create table alarm_answers as
select * from store.main.alarm_answers order by answered_at, episode;

-- one row per erasure, in counts
create table erasures as
select "at", kind, why, posts, texts, other_rows, days from store.main.erasures order by "at";

-- one row per (channel, product, post_id) whose words are kept; title and text are as posted
create table posts_with_words as
select * from posts_without_words limit 0;

insert into posts_with_words by name
select p.* exclude (content_hash), t.title, t.text
from store.main.texts as t
join store.main.posts as p
    on p.channel = t.channel and p.product = t.product and p.post_id = t.post_id and p.day = t.day
-- Said once more for the scan, which skips what is older than any kept words.
where p.day between $first_kept and $last_kept;

-- one row per key
create table meta (key varchar not null, value varchar not null);

drop table base;
