-- one row per post of the channel and product that another version scored and that can be scored again: its words are
-- kept, or it never had any (stars alone). `words` is the row of its texts, null where it has none.
create or replace temp table rescoring as
select row_number() over () - 1 as n, p.rowid as stored, t.rowid as words
from posts as p
left join texts as t on t.channel = p.channel and t.product = p.product and t.post_id = p.post_id
where p.channel = $channel and p.product = $product and p.scorer_version <> $version
    and (t.post_id is not null or p.content_hash = md5_number_lower(chr(31)));

-- one row per post scored so far, filled batch by batch
create or replace temp table rescored (
    stored bigint not null,
    language varchar,
    scored boolean not null,
    unscored_reason varchar,
    compound double,
    positive double,
    neutral double,
    negative double,
    vader_compound double,
    capped boolean not null,
    topics struct(topic varchar, "compound" double, sentences integer)[]
);
