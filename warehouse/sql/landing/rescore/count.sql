-- one row: posts that another version scored, and those of them that can be scored again
select
    count(*) as posts,
    count(*) filter (where t.post_id is not null or p.content_hash = md5_number_lower(chr(31))) as kept
from posts as p
left join texts as t on t.channel = p.channel and t.product = p.product and t.post_id = p.post_id
where p.channel = $channel and p.product = $product and p.scorer_version <> $version
