-- one row per post of the batch; the clock's shift from UTC when it was created gives its local day
create or replace temp table batch as
select c.row_no, c.post_id, c.version, cast(c.created_at + to_seconds(z.shift) as date) as day
from candidates as c
join shifts as z on c.created_at >= z.starts_at and c.created_at < z.ends_at
where c.row_no not in (select row_no from outdated);
