-- Which staged rows are of authors who are left out (bots, moderators; `earful exclude-author`): counted, never landed.

-- one row per staged row that is left out, of those that are not refused and not kept out
create or replace temp table left_out as
select s.rowid as row_no
from stage as s
join excluded_authors as e on e.author_key = md5(s.author)
where s.rowid not in (select row_no from refused) and s.rowid not in (select row_no from kept_out);

delete from candidates
where row_no in (select row_no from left_out);
