-- Near duplicates by shared shingles (Broder 1997): each run of three words is hashed; two texts are alike where at least
-- 0.6 of the shingles of both together are in both. Who could be alike is found by min-hashes in bins (one permutation hashing,
-- Li, Owen and Zhang 2012), so that no text is compared with all others. Texts below eight words are often alike by chance
-- ("great app love it") and are left alone.

-- one row per post with enough words, of the days $first_day to $last_day and the two before them
create or replace temp table guard_texts as
with near as (
    select distinct g.product, cast(unnest(generate_series(g.day - interval 2 day, g.day, interval 1 day)) as date) as day
    from guard_days as g
    where g.day between $first_day and $last_day
),
read as (
    select
        t.product, t.day, t.channel, t.post_id,
        regexp_extract_all(lower(concat_ws(' ', t.title, t.text)), '[\pL\pN]+') as words
    from texts as t
    join near as n on n.product = t.product and n.day = t.day
)
select row_number() over (order by product, day, channel, post_id) as no, product, day, channel, post_id, words[:300] as words
from read
where len(words) >= 8;

-- one row per text x shingle
create or replace temp table guard_shingles as
select distinct no, product, day, hash(words[i], words[i + 1], words[i + 2]) as shingle
from (select no, product, day, words, unnest(range(1, len(words) - 1)) as i from guard_texts);

-- one row per text x band of two bins
create or replace temp table guard_bands as
with bins as (
    select no, product, day, shingle % 16 as bin, min(shingle) as least
    from guard_shingles
    group by all
)
select a.no, a.product, a.day, a.bin, hash(a.least, b.least) as band
from bins as a
join bins as b on b.no = a.no and b.bin = a.bin + 1;

-- one row per pair of texts at most two days apart that are alike. Each is compared with the first of its band and day, and
-- the firsts of a band with each other.
create or replace temp table guard_pairs as
with firsts as (
    select product, bin, band, day, min(no) as first_no
    from guard_bands
    group by product, bin, band, day
),
candidates as (
    select f.first_no as a, b.no as b
    from guard_bands as b
    join firsts as f
        on f.product = b.product and f.bin = b.bin and f.band = b.band and f.day between b.day - 2 and b.day
    where f.first_no < b.no
    group by all
),
shared as (
    select c.a, c.b, count(*) as both_have
    from candidates as c
    join guard_shingles as x on x.no = c.a
    join guard_shingles as y on y.no = c.b and y.shingle = x.shingle
    group by c.a, c.b
),
sizes as (
    select no, count(*) as size
    from guard_shingles
    group by no
)
select s.a, s.b
from shared as s
join sizes as x on x.no = s.a
join sizes as y on y.no = s.b
where s.both_have >= 0.6 * (x.size + y.size - s.both_have);

-- What is known of the days is replaced, but for posts whose words are gone by now.
delete from post_pairs
where rowid in (
    select p.rowid
    from post_pairs as p
    join guard_days as g on g.product = p.product and g.day = p.day and g.day between $first_day and $last_day
    join texts as x on x.product = p.product and x.channel = p.channel and x.post_id = p.post_id
    join texts as y on y.product = p.product and y.channel = p.other_channel and y.post_id = p.other_post_id
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
        where k.product = b.product and k.channel = b.channel and k.post_id = b.post_id
            and k.other_channel = a.channel and k.other_post_id = a.post_id
    );
