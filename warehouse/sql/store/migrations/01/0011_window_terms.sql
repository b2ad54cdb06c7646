-- one row per window whose words were compared with those before it: a digest of all that was read, and the terms that came
-- of it. Emptied where words or posts leave; it can always be made anew.
create table window_terms (
    key varchar not null,
    terms struct(
        term varchar, "rank" integer, a bigint, b bigint, n bigint, m bigint, g2 double,
        mean_compound double, mean_before double
    )[] not null
);
