-- Tombstones: a service that says "deleted" at gone_at takes out every version up to then, for every product of the
-- channel. They are kept, so that older data landed later (a replay, a backfill, another listing) does not bring it back.

-- one row per id said to be gone
create or replace temp table gone as
select distinct post_id, md5($channel || chr(31) || post_id) as post_key
from unnest(cast($gone as varchar[])) as ids(post_id);

-- one row per stored post that goes; land.py takes them out of every table that tells of them
create or replace temp table leaving as
select p.channel, p.product, p.post_id, p.day
from posts as p
join gone using (post_id)
where p.channel = $channel and coalesce(p.edited_at, p.created_at) <= $now;

insert into touched
select distinct product, day from leaving;

-- one row per day that lost posts
insert into day_changes
select
    $run_id, p.channel, p.product, p.day, $now, 'deleted', count(*), count(p.compound), 0,
    cast(coalesce(sum(cast(p.compound as decimal(18, 4))), 0) as double), 0
from posts as p
join leaving as l on l.channel = p.channel and l.product = p.product and l.post_id = p.post_id
group by p.channel, p.product, p.day;

-- The later of two tombstones stays.
delete from gone
where post_key in (select post_key from tombstones where channel = $channel and gone_at >= $now);

delete from tombstones where channel = $channel and post_key in (select post_key from gone);

insert into tombstones
select $channel, post_key, $now from gone;
