-- one row per launch that the configuration lists: a release, a campaign, a price change
create table launches (
    product varchar not null,
    day date not null,
    name varchar not null,
    version varchar
);

-- one row per pair of posts of a product, at most two days apart, that say nearly the same; "day" is the later one's. Words
-- go with their retention; that two posts shared them stays, so that a day can be computed again.
create table post_pairs (
    product varchar not null,
    day date not null,
    channel varchar not null,
    post_id varchar not null,
    other_day date not null,
    other_channel varchar not null,
    other_post_id varchar not null
);

-- one row per day x product x channel with posts: sums in which nobody counts twice. See sql/guards.
create table daily_robust (
    day date not null,
    product varchar not null,
    channel varchar not null,
    source varchar not null,
    votes double not null,
    compound_votes_sum double not null,
    repeated bigint not null,
    prolific bigint not null
);

-- one row per day x product: what the robust sums were computed from, to see what has changed since
create table daily_robust_seen (
    day date not null,
    product varchar not null,
    seen varchar not null
);
