-- Who is suspected. `spam_found` (text_no, calls, brazen, numbers, said) tells of the texts that were looked at.

-- one row per text with a number that three others of the five days around it have: written out, it is a number to call too
create or replace temp table spam_numbers as
with written as (
    select distinct r.text_no, r.product, r.day, unnest(f.numbers) as number
    from spam_found as f
    join spam_read as r on r.text_no = f.text_no
),
by_day as (
    select product, number, day, count(*) as texts
    from written
    group by product, number, day
),
by_days as (
    select
        product, number, day,
        sum(texts) over (
            partition by product, number order by day
            range between interval 2 days preceding and interval 2 days following
        ) as texts
    from by_day
)
select distinct w.text_no
from written as w
join by_days as b on b.product = w.product and b.number = w.number and b.day = w.day
where b.texts >= 4;

-- one row per post in a pair, and how many say what it says: with the first that it is like, and all that are like that one
create or replace temp table spam_copies as
with paired as (
    from post_pairs
    where day between $first_day - 4 and $last_day + 4
),
likes as (
    select
        product, other_day as first_day, other_channel as first_channel, other_post_id as first_id, day, channel, post_id
    from paired
    union all
    select product, other_day, other_channel, other_post_id, other_day, other_channel, other_post_id
    from paired
    group by all
),
counted as (
    select
        *,
        count(*) over (partition by product, first_day, first_channel, first_id) as copies
    from likes
)
select c.product, c.channel, c.post_id, max(c.copies) as copies
from counted as c
group by c.product, c.channel, c.post_id;

-- one row per post of an author with five alike posts
create or replace temp table spam_authors as
with paired as (
    select k.product, k.other_channel, k.other_post_id, k.channel, k.post_id
    from post_pairs as k
    join (
        from posts where day between $first_day - 4 and $last_day + 4 and author is not null
    ) as p on p.product = k.product and p.channel = k.channel and p.post_id = k.post_id and p.day = k.day
    join (
        from posts where day between $first_day - 6 and $last_day + 4 and author is not null
    ) as q on q.product = k.product and q.channel = k.other_channel and q.post_id = k.other_post_id and q.day = k.other_day
    where k.day between $first_day - 4 and $last_day + 4 and p.source = q.source and p.author = q.author
),
loud as (
    select product, other_channel, other_post_id
    from paired
    group by product, other_channel, other_post_id
    having count(*) >= 4
)
select p.product, p.channel, p.post_id
from paired as p
semi join loud as l
    on l.product = p.product and l.other_channel = p.other_channel and l.other_post_id = p.other_post_id
union
select product, other_channel, other_post_id from loud;

-- one row per suspected post
create or replace temp table spam_suspects as
select
    r.text_no, r.product, r.day, r.channel, r.post_id,
    coalesce(f.calls, 0) > 0 or n.text_no is not null as contact,
    coalesce(f.brazen, false) as brazen,
    coalesce(c.copies, 1) as copies,
    r.sites >= 3 as links,
    a.post_id is not null as of_author,
    f.said
from spam_read as r
left join spam_found as f on f.text_no = r.text_no
left join spam_numbers as n on n.text_no = r.text_no
left join spam_copies as c on c.product = r.product and c.channel = r.channel and c.post_id = r.post_id
left join spam_authors as a on a.product = r.product and a.channel = r.channel and a.post_id = r.post_id
where r.day between $first_day - 2 and $last_day + 2
    and (coalesce(f.calls, 0) > 0 or n.text_no is not null or c.copies >= 6 or r.sites >= 3 or a.post_id is not null);
