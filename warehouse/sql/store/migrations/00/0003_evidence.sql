-- What the numbers rest on: stretches that did not come.

-- stretches inside [reached, until) that did not come
alter table coverage add column missing struct("start" timestamp, "end" timestamp)[] default [];

-- posts to expect on the day by the channel's own history; null where too little is known
alter table coverage_daily add column usual double;

-- why its count is doubted; stays when the doubt was answered
alter table coverage_daily add column doubt varchar;

-- doubted and not confirmed: not complete, whatever its coverage says
alter table coverage_daily add column suspect boolean default false;

alter table daily add column suspect boolean default false;

-- When each of the two versions was written (edited_at, else created_at) and first seen, and md5 of their words: what it
-- takes to put a version that comes late into its place. Null in rows from before; those stay as they are.
alter table revisions add column old_written_at timestamp;
alter table revisions add column new_written_at timestamp;
alter table revisions add column old_seen_at timestamp;
alter table revisions add column old_hash ubigint;
alter table revisions add column new_hash ubigint;

-- one row per run x channel x product x day whose numbers changed by other than an edit, and reason
create table day_changes (
    run_id varchar not null,
    channel varchar not null,
    product varchar not null,
    day date not null,
    seen_at timestamp not null,
    -- late, deleted, rescored
    reason varchar not null,
    posts bigint not null,
    scored_before bigint not null,
    scored_after bigint not null,
    compound_sum_before double not null,
    compound_sum_after double not null
);
