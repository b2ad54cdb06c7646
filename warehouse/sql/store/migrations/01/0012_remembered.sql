-- one row per channel and product whose connector wants to be told, the next night, what it read (Coverage.remember): its own
-- text, of no meaning here. Written with the landing that it is true of. What is read otherwise since (another scorer, another
-- reporting zone) is read anew.
create table remembered (
    channel varchar not null,
    product varchar not null,
    scorer_version varchar not null,
    time_zone varchar not null,
    noted_at timestamp not null,
    value varchar not null
);
