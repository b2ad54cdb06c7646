-- A post that was erased, or edited to another day, is in no pair any more. Where it was, its day has changed; the pairs that
-- name it are that day's, or those of the two days after it: all of them are days to compute.

-- one row per pair that names a post which is not there; left_over: the later of the two is
create or replace temp table broken_pairs as
select k.rowid as row_no, k.*, p.post_id is not null as left_over
from post_pairs as k
join guard_days as g on g.product = k.product and g.day = k.day
left join (
    from posts where day between $first_day and $last_day
) as p on p.product = k.product and p.channel = k.channel and p.post_id = k.post_id and p.day = k.day
left join (
    from posts where day between $first_day - 2 and $last_day
) as q on q.product = k.product and q.channel = k.other_channel and q.post_id = k.other_post_id and q.day = k.other_day
where k.day between $first_day and $last_day and (p.post_id is null or q.post_id is null);

delete from post_pairs
where rowid in (select row_no from broken_pairs);

-- What hung on a post that went still says the same: it hangs on the first of them that is left. Posts whose words are kept
-- are compared again right after (pairs.sql), and that replaces this; for the others it is all that can be known.
insert into post_pairs
with hung as (
    select
        product, day, channel, post_id,
        first_value(day) over same as first_day,
        first_value(channel) over same as first_channel,
        first_value(post_id) over same as first_id
    from broken_pairs
    where left_over
    window same as (
        partition by product, other_day, other_channel, other_post_id order by day, channel, post_id
    )
)
select distinct h.*
from hung as h
where (h.channel, h.post_id) <> (h.first_channel, h.first_id)
    and not exists (
        from post_pairs as k
        where k.product = h.product and k.channel = h.channel and k.post_id = h.post_id
            and k.other_channel = h.first_channel and k.other_post_id = h.first_id
    );
