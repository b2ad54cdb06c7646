-- Tombstones: a service that says "deleted" at gone_at takes out every version up to then, for every product of the
-- channel. They are kept, so that older data landed later (a replay, a backfill, another listing) does not bring it back.

-- one row per id said to be gone
create or replace temp table gone as
select distinct post_id from unnest(cast($gone as varchar[])) as ids(post_id);

-- one row per stored post that goes
create or replace temp table leaving as
select p.rowid as stored, p.product, p.post_id, p.day
from posts as p
join gone using (post_id)
where p.channel = $channel and coalesce(p.edited_at, p.created_at) <= $now;

delete from posts where rowid in (select stored from leaving);

delete from texts
using leaving
where texts.channel = $channel and texts.product = leaving.product and texts.post_id = leaving.post_id;

delete from revisions
using leaving
where revisions.channel = $channel and revisions.product = leaving.product and revisions.post_id = leaving.post_id;

insert into touched
select distinct product, day from leaving;

-- The later of two tombstones stays.
delete from gone
where post_id in (select post_id from tombstones where channel = $channel and gone_at >= $now);

delete from tombstones where channel = $channel and post_id in (select post_id from gone);

insert into tombstones
select $channel, post_id, $now from gone;
