-- A post that was erased, or edited to another day or other words, is in no pair any more.
delete from post_pairs
where rowid in (
    select k.rowid
    from post_pairs as k
    left join posts as p on p.product = k.product and p.channel = k.channel and p.post_id = k.post_id and p.day = k.day
    left join posts as q
        on q.product = k.product and q.channel = k.other_channel and q.post_id = k.other_post_id and q.day = k.other_day
    where p.post_id is null or q.post_id is null
);
