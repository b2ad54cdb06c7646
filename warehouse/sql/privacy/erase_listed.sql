-- one row per stored post x product that the lists of what stays out name
create or replace temp table leaving as
select p.channel, p.product, p.post_id, p.day
from posts as p
join tombstones as t on t.channel = p.channel and t.post_key = md5(p.channel || chr(31) || p.post_id)
where coalesce(p.edited_at, p.created_at) <= t.gone_at
union
select p.channel, p.product, p.post_id, p.day
from posts as p
join (
    select author_key from forgotten_authors
    union
    select author_key from excluded_authors
) as f on f.author_key = md5(p.author);
