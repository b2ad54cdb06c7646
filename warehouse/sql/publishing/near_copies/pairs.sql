-- The pairs found are written.

-- What is known of the days is replaced, but for posts whose words are gone by now.
delete from post_pairs
where rowid in (
    select p.rowid
    from post_pairs as p
    semi join guard_days as g on g.product = p.product and g.day = p.day
    semi join (
        from texts where day between $first_day and $last_day
    ) as x on x.product = p.product and x.channel = p.channel and x.post_id = p.post_id
    semi join (
        from texts where day between $first_day - 2 and $last_day
    ) as y on y.product = p.product and y.channel = p.other_channel and y.post_id = p.other_post_id
    where p.day between $first_day and $last_day
);

insert into post_pairs
select b.product, b.day, b.channel, b.post_id, a.day, a.channel, a.post_id
from guard_pairs as p
join guard_texts as a on a.no = p.a
join guard_texts as b on b.no = p.b
join guard_days as g on g.product = b.product and g.day = b.day
where g.day between $first_day and $last_day
    and not exists (
        from post_pairs as k
        where k.day between $first_day and $last_day
            and k.product = b.product and k.channel = b.channel and k.post_id = b.post_id
            and k.other_channel = a.channel and k.other_post_id = a.post_id
    );
