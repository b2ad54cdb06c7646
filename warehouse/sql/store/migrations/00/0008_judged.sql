-- one row per day with verdicts or with anything to judge: a digest of what its verdicts were made of
create table judged_days (
    day date not null,
    digest ubigint not null
);
