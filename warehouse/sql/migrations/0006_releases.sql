-- one row per launch that the configuration lists: a release, a campaign, a price change
create table launches (
    product varchar not null,
    day date not null,
    name varchar not null,
    version varchar
);

-- one row per post that repeats another nearly word for word, of the same product and at most two days before it or after.
-- The words go with their retention; that two posts shared them stays, so that the day can be computed again.
create table post_clusters (
    product varchar not null,
    day date not null,
    channel varchar not null,
    post_id varchar not null,
    cluster varchar not null
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
