-- Advertising and other posts that are nobody's opinion: which posts, and their sums by day.

-- null for all others; else why it is taken for spam: contact, campaign, copies, author (publishing/spam/flags.sql)
alter table posts add column spam varchar;

-- one row per day x product x channel x market that has spam: its part of the sums of `daily`
create table daily_spam (
    day date not null,
    product varchar not null,
    channel varchar not null,
    market varchar not null,
    posts bigint not null,
    scored bigint not null,
    positive bigint not null,
    neutral bigint not null,
    negative bigint not null,
    compound_sum double not null,
    compound_sq_sum double not null,
    rating_count bigint not null,
    rating_sum double not null,
    rating_sq_sum double not null,
    one_star bigint not null,
    nps_count bigint not null,
    nps_promoters bigint not null,
    nps_passives bigint not null,
    nps_detractors bigint not null
);

-- one row per day x product x channel x app_version that has spam: its part of the sums of `daily_version`
create table daily_version_spam (
    day date not null,
    product varchar not null,
    channel varchar not null,
    app_version varchar not null,
    posts bigint not null,
    scored bigint not null,
    positive bigint not null,
    neutral bigint not null,
    negative bigint not null,
    compound_sum double not null,
    compound_sq_sum double not null,
    rating_count bigint not null,
    rating_sum double not null,
    rating_sq_sum double not null,
    one_star bigint not null,
    nps_count bigint not null,
    nps_promoters bigint not null,
    nps_passives bigint not null,
    nps_detractors bigint not null
);

-- one row per day x product x channel x topic that has spam: its part of the sums of `daily_topic`
create table daily_topic_spam (
    day date not null,
    product varchar not null,
    channel varchar not null,
    topic varchar not null,
    posts bigint not null,
    scored bigint not null,
    positive bigint not null,
    neutral bigint not null,
    negative bigint not null,
    compound_sum double not null,
    compound_sq_sum double not null,
    rating_count bigint not null,
    rating_sum double not null,
    rating_sq_sum double not null,
    one_star bigint not null,
    nps_count bigint not null,
    nps_promoters bigint not null,
    nps_passives bigint not null,
    nps_detractors bigint not null
);

-- one row per day x product that is still to be looked through: every day that has posts by now, and what changes later
create table spam_due as
select distinct day, product from posts;
