-- The base of the published file: what has a day and grows with the store's age. Runs with the base in use; base.py puts
-- the name that DuckDB gives the store in place of `store`.

-- one row: what base.py compares before it builds on the file
create table base (
    token varchar not null,
    definition varchar not null
);

-- one row per day x product x channel x market
create table daily as
select * from store.main.daily limit 0;

-- one row per day x product x channel x app_version
create table daily_version as
select * from store.main.daily_version limit 0;

-- one row per day x product x channel x topic
create table daily_topic as
select * from store.main.daily_topic limit 0;

-- one row per day x slice x metric
create table verdicts as
select * from store.main.verdicts limit 0;

-- one row per (channel, product, post_id) whose words are kept no more, or which never had any: title and text are null
create table posts_without_words as
select
    channel,
    product,
    post_id,
    source,
    kind,
    market,
    created_at,
    edited_at,
    day,
    author,
    cast(null as varchar) as title,
    cast(null as varchar) as "text",
    rating,
    nps,
    recommended,
    app_version,
    likes,
    url,
    language_hint,
    reply_count,
    raw_created,
    "language",
    scored,
    unscored_reason,
    compound,
    positive,
    neutral,
    negative,
    vader_compound,
    capped,
    scorer_version,
    first_seen_at,
    updated_at,
    topics,
    spam
from store.main.posts limit 0;
