-- one row per post of the channel among $ids that has an author
create or replace temp table leaving as
select channel, product, post_id, day
from posts
where channel = $channel and author is not null and post_id in (select unnest(cast($ids as varchar[])));

update posts
set author = null
where channel = $channel and author is not null and post_id in (select unnest(cast($ids as varchar[])));
