-- The pipeline's own file. Times are UTC without a zone; `day` is the calendar day in the reporting time zone.
-- No primary keys: the landing dedupes in a set and deletes before it inserts, which is far quicker than an index.

-- one row per key and value: time_zone, scorer_version
create table meta (
    key varchar not null,
    value varchar not null
);

-- one row per product of the configuration, past ones included
create table products (
    product varchar not null,
    name varchar not null,
    own boolean not null
);

-- one row per channel of the configuration, past ones included
create table channels (
    channel varchar not null,
    source varchar not null,
    connector varchar not null
);

-- one row per (channel, product, post_id): the facts and the score, without the words
create table posts (
    channel varchar not null,
    product varchar not null,
    post_id varchar not null,
    source varchar not null,
    kind varchar not null,
    market varchar not null,
    created_at timestamp not null,
    edited_at timestamp,
    day date not null,
    author varchar,
    rating tinyint,
    nps tinyint,
    recommended boolean,
    app_version varchar,
    likes bigint,
    url varchar,
    language_hint varchar,
    reply_count bigint,
    raw_created varchar,
    language varchar,
    scored boolean not null,
    unscored_reason varchar,
    compound double,
    positive double,
    neutral double,
    negative double,
    vader_compound double,
    capped boolean not null,
    scorer_version varchar not null,
    first_seen_at timestamp not null,
    updated_at timestamp not null,
    -- of title and text (md5, so that it means the same in every DuckDB); outlives the text
    content_hash ubigint not null
);

-- one row per post whose words are still kept; seen_at starts the retention clock
create table texts (
    channel varchar not null,
    product varchar not null,
    post_id varchar not null,
    source varchar not null,
    day date not null,
    title varchar not null,
    text varchar not null,
    seen_at timestamp not null
);

-- one row per seen change of a post's words, rating, answer or score; never the words themselves
create table revisions (
    channel varchar not null,
    product varchar not null,
    post_id varchar not null,
    day date not null,
    seen_at timestamp not null,
    edited_at timestamp,
    old_rating tinyint,
    new_rating tinyint,
    old_nps tinyint,
    new_nps tinyint,
    old_recommended boolean,
    new_recommended boolean,
    old_compound double,
    new_compound double,
    text_changed boolean not null,
    reason varchar not null
);

-- one row per (channel, post_id) that its service said was deleted: every version up to gone_at stays out
create table tombstones (
    channel varchar not null,
    post_id varchar not null,
    gone_at timestamp not null
);

-- one row per asked window: [asked_from, asked_to) was asked for, [reached, until) came
create table coverage (
    run_id varchar not null,
    channel varchar not null,
    source varchar not null,
    product varchar not null,
    asked_from timestamp not null,
    asked_to timestamp not null,
    reached timestamp,
    until timestamp,
    capped boolean not null,
    note varchar not null,
    posts bigint not null,
    new bigint not null,
    changed bigint not null,
    unchanged bigint not null,
    gone bigint not null,
    rejected bigint not null,
    status varchar not null,
    error varchar,
    landed_at timestamp not null,
    -- the local days asked for: the one asked_from lies in, and the last that was over at asked_to and at landed_at
    day_from date not null,
    day_to date not null
);

-- one row per channel x product: the next night asks from here
create table watermarks (
    channel varchar not null,
    product varchar not null,
    watermark timestamp not null
);

-- one row per run of a flow
create table runs (
    run_id varchar not null,
    kind varchar not null,
    started_at timestamp not null,
    ended_at timestamp,
    status varchar not null,
    error varchar
);

-- one row per item that could not be landed and why; the same item and reason again renews "at"
create table set_aside (
    run_id varchar not null,
    channel varchar not null,
    product varchar not null,
    item varchar not null,
    reason varchar not null,
    "at" timestamp not null
);

-- one row per day x product x channel that a landed window touched
create table coverage_daily (
    day date not null,
    product varchar not null,
    channel varchar not null,
    source varchar not null,
    complete boolean not null,
    covered_share double not null
);

-- one row per day x product x channel x market that has posts
create table daily (
    day date not null,
    product varchar not null,
    channel varchar not null,
    source varchar not null,
    market varchar not null,
    posts bigint not null,
    scored bigint not null,
    unscored bigint not null,
    positive bigint not null,
    neutral bigint not null,
    negative bigint not null,
    compound_sum double not null,
    compound_sq_sum double not null,
    mean_compound double,
    vader_compound_sum double not null,
    rating_count bigint not null,
    rating_sum bigint not null,
    nps_count bigint not null,
    nps_promoters bigint not null,
    nps_passives bigint not null,
    nps_detractors bigint not null,
    recommend_count bigint not null,
    recommend_yes bigint not null,
    likes_weight bigint not null,
    likes_weighted_sum double not null,
    authors bigint not null,
    complete boolean not null,
    scorer_version varchar not null,
    updated_at timestamp not null
);

-- one row per day x product x channel x app_version that has posts
create table daily_version (
    day date not null,
    product varchar not null,
    channel varchar not null,
    source varchar not null,
    app_version varchar not null,
    posts bigint not null,
    scored bigint not null,
    unscored bigint not null,
    positive bigint not null,
    neutral bigint not null,
    negative bigint not null,
    compound_sum double not null,
    compound_sq_sum double not null,
    mean_compound double,
    vader_compound_sum double not null,
    rating_count bigint not null,
    rating_sum bigint not null,
    nps_count bigint not null,
    nps_promoters bigint not null,
    nps_passives bigint not null,
    nps_detractors bigint not null,
    recommend_count bigint not null,
    recommend_yes bigint not null,
    likes_weight bigint not null,
    likes_weighted_sum double not null,
    authors bigint not null,
    complete boolean not null,
    scorer_version varchar not null,
    updated_at timestamp not null
);
