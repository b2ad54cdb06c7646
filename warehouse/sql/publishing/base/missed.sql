-- Of the days $first to $last: one row per post of the base that is not in the store as it was, on these days. It moved to
-- another day, or was erased, or lost its author.
insert into missed
select b.channel, b.product, b.post_id, b.author
from posts_without_words as b
left join (
    select channel, product, post_id, author
    from store.main.posts
    where day between $first and $last
) as p
    on p.channel = b.channel and p.product = b.product and p.post_id = b.post_id
    and p.author is not distinct from b.author
where b.day between $first and $last and p.post_id is null;
