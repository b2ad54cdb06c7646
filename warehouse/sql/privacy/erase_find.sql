-- one row per stored post x product that goes. One of the three is given: $ids of $channel, $authors, or $product.
create or replace temp table leaving as
select channel, product, post_id, day
from posts
where (channel = $channel and post_id in (select unnest(cast(coalesce($ids, []) as varchar[]))))
    or author in (select unnest(cast(coalesce($authors, []) as varchar[])))
    or product = cast($product as varchar);

-- one row per post named, stored or not
create or replace temp table named as
select distinct channel, post_id from leaving
union
select cast($channel as varchar), post_id
from unnest(cast(coalesce($ids, []) as varchar[])) as ids(post_id);
