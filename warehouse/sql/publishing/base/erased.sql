-- one row: how many of the posts in `missed` the store has on no day
select count(*)
from missed as m
where not exists (
    select 1
    from store.main.posts as p
    where p.channel = m.channel and p.product = m.product and p.post_id = m.post_id
        and p.author is not distinct from m.author
)
