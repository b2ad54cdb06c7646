-- A post that was erased, or edited to another day, is in no pair any more. Where it was, its day has changed; the pairs that
-- name it are that day's, or those of the two days after it: all of them are days to compute.
delete from post_pairs
where rowid in (
    select k.rowid
    from post_pairs as k
    join guard_days as g on g.product = k.product and g.day = k.day
    left join (
        from posts where day between $first_day and $last_day
    ) as p on p.product = k.product and p.channel = k.channel and p.post_id = k.post_id and p.day = k.day
    left join (
        from posts where day between $first_day - 2 and $last_day
    ) as q on q.product = k.product and q.channel = k.other_channel and q.post_id = k.other_post_id and q.day = k.other_day
    where k.day between $first_day and $last_day and (p.post_id is null or q.post_id is null)
);
