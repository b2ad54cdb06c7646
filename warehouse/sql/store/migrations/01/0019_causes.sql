-- one row per episode x part of its change, as computed from its posts: a night computes only the episodes that its days
-- touch. Can always be made anew; deleted where a day from from_day to to_day changes.
create table kept_causes (
    episode varchar not null,
    made_of varchar not null,
    from_day date not null,
    to_day date not null,
    dimension varchar not null,
    value varchar not null,
    n double not null,
    n_before double not null,
    posts_share double not null,
    posts_share_before double not null,
    mean double,
    mean_before double,
    within double,
    mix double,
    contribution double,
    contribution_low double,
    contribution_high double,
    share double,
    share_low double,
    share_high double,
    p double,
    named boolean not null,
    same_as varchar[] not null
);
