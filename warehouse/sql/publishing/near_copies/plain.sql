-- Near duplicates by shared shingles (Broder 1997): each run of three words is hashed; two texts are alike where at least
-- 0.6 of the shingles of both together are in both. Who could be alike is found by min-hashes in bins (one permutation hashing,
-- Li, Owen and Zhang 2012), so that no text is compared with all others. Texts below eight words are often alike by chance
-- ("great app love it") and are left alone. What a day says many times in the same words is compared once.

-- one row per post of the days $first_day to $last_day and the two before them
create or replace temp table guard_read as
with near as (
    select distinct g.product, cast(unnest(generate_series(g.day - interval 2 day, g.day, interval 1 day)) as date) as day
    from guard_days as g
    where g.day between $first_day and $last_day
)
select t.product, t.day, t.channel, t.post_id, lower(concat_ws(' ', t.title, t.text)) as said
from texts as t
join near as n on n.product = t.product and n.day = t.day
-- Said once more for the scan, which skips row groups by it.
where t.day between $first_day - 2 and $last_day;

-- one row per different text. A table of its own: in one statement with the next, DuckDB brings the next one's filter down to
-- every post, and splits its words for it.
create or replace temp table guard_different as
select distinct said from guard_read;

-- one row per different text with enough words: `said` tells the words apart, marks and capitals make no difference
create or replace temp table guard_words as
select text, hash(words) as said, words
from (select said as text, regexp_extract_all(said, '[\pL\pN]+')[:300] as words from guard_different)
where len(words) >= 8;

-- one row per post with enough words; the first of its day that says the same stands for all that do
create or replace temp table guard_texts as
with numbered as (
    select
        row_number() over (order by r.product, r.day, r.channel, r.post_id) as no,
        r.product, r.day, r.channel, r.post_id, w.said
    from guard_read as r
    join guard_words as w on w.text = r.said
)
select *, min(no) over (partition by product, day, said) as first_no
from numbered;

-- one row per different text of a day
create or replace temp table guard_shingles as
with shingled as (
    select
        said,
        list_distinct(
            list_transform(list_zip(words, words[2:], words[3:], true), lambda run: hash(run[1], run[2], run[3]))
        ) as shingles
    from (select said, any_value(words) as words from guard_words group by said)
)
select t.no, t.product, t.day, t.said, s.shingles
from guard_texts as t
join shingled as s on s.said = t.said
where t.no = t.first_no;

-- one row per different text of a day x band of two bins
create or replace temp table guard_bands as
with bins as (
    select no, product, day, shingle % 16 as bin, min(shingle) as least
    from (select no, product, day, unnest(shingles) as shingle from guard_shingles)
    group by all
)
select a.no, a.product, a.day, a.bin, hash(a.least, b.least) as band
from bins as a
join bins as b on b.no = a.no and b.bin = a.bin + 1;

-- one row per pair of posts at most two days apart that are alike. A copy is with the first of its day that says the same.
-- Of different texts, each is compared with the first of its band and day, and the firsts of a band with each other.
create or replace temp table guard_pairs as
with firsts as (
    select product, bin, band, day, min(no) as first_no
    from guard_bands
    group by product, bin, band, day
),
-- Days ahead as rows of their own: with a condition over both sides DuckDB compares all days of a band first.
ahead as (
    select product, bin, band, cast(day + unnest([0, 1, 2]) as date) as day, first_no
    from firsts
),
candidates as (
    select distinct f.first_no as a, b.no as b
    from ahead as f
    join guard_bands as b on b.product = f.product and b.bin = f.bin and b.band = f.band and b.day = f.day
    where f.first_no < b.no
),
said_before as (
    select no, product, said, cast(day + unnest([1, 2]) as date) as day
    from guard_shingles
),
compared as (
    select
        c.a, c.b, len(x.shingles) + len(y.shingles) as sizes,
        -- A shingle is once in its list. (list_intersect takes five times as long.)
        len(list_filter(x.shingles, lambda shingle: list_contains(y.shingles, shingle))) as both_have
    from candidates as c
    join guard_shingles as x on x.no = c.a
    join guard_shingles as y on y.no = c.b
    -- One that is much longer than the other cannot be alike.
    where least(len(x.shingles), len(y.shingles)) >= 0.6 * greatest(len(x.shingles), len(y.shingles))
)
select a, b
from compared
where both_have >= 0.6 * (sizes - both_have)
union
-- Few words may fill no band; the same words are alike all the same.
select x.no, y.no
from said_before as x
join guard_shingles as y on y.product = x.product and y.said = x.said and y.day = x.day
union all
select first_no, no
from guard_texts
where no <> first_no;
