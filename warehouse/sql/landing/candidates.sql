-- Which staged rows count: not refused, not kept out by a tombstone or as a forgotten author's, and of each post the newest version
-- (edited_at, else created_at; of two equals the later row).

-- one row per staged row that is kept out. (Nothing is digested while the lists are empty: the joins end at once.)
create or replace temp table kept_out as
select s.rowid as row_no
from stage as s
join tombstones as t on t.channel = $channel and t.post_key = md5($channel || chr(31) || s.post_id)
where coalesce(s.edited_at, s.created_at) <= t.gone_at
    and s.rowid not in (select row_no from refused)
union
select s.rowid
from stage as s
join forgotten_authors as f on f.author_key = md5(s.author)
where s.rowid not in (select row_no from refused);

-- one row per staged row that may count
create or replace temp table candidates as
select rowid as row_no, post_id, created_at, coalesce(edited_at, created_at) as version
from stage
where rowid not in (select row_no from refused) and rowid not in (select row_no from kept_out);

-- one row per staged row with a newer or later one beside it; the window function sees repeated ids only
create or replace temp table outdated as
select row_no
from candidates
where post_id in (select post_id from candidates group by post_id having count(*) > 1)
qualify row_number() over (partition by post_id order by version desc, row_no desc) > 1;
