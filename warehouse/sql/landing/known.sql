-- one row per post of the batch that is stored already: where. A post may have moved to another day (some services give
-- an edited post a new date), so the days of the batch do not narrow this; it reads four columns.
create or replace temp table known as
select b.row_no, b.post_id, b.version, b.day, p.rowid as stored, p.day as old_day
from posts as p
join batch as b on b.post_id = p.post_id
where p.channel = $channel and p.product = $product;
