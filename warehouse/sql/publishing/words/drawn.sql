-- The posts whose words are compared. Authors are counted, so that one who writes a lot, or who repeats a word, counts once.
-- A channel is in where it has whole days on both sides (keys.sql); a new channel's way of talking is no news. $most posts a
-- side at most, drawn by their hash: the draw is the same each night, and bounds the work.

-- one row per scored post that may be read, in numbers: post_no is the row of posts_with_words, span_no a product's channel's
-- day (word_days), author_no means nothing else, score is compound in ten thousandths
create or replace temp table word_people as
with used as (
    select distinct w.product, u.channel, u.day
    from word_used as u
    join word_windows as w on w.window_no = u.window_no
),
read as (
    select
        p.rowid as post_no, d.span_no, hash(p.channel, p.post_id) as drawn_by,
        coalesce(p.author, p.channel || chr(31) || p.post_id) as author,
        cast(cast(p.compound as decimal(18, 4)) * 10000 as bigint) as score
    from posts_with_words as p
    join word_days as d on d.product = p.product and d.channel = p.channel and d.day = p.day
    semi join used as u on u.product = p.product and u.channel = p.channel and u.day = p.day
    where p.scored
),
authors as (
    select author, row_number() over () as author_no
    from (select distinct author from read)
)
select r.post_no, r.span_no, r.drawn_by, a.author_no, r.score
from read as r
join authors as a on a.author = r.author;

-- one row per window x post of the window or of the 56 days before it
create or replace temp table word_drawn as
-- Who is drawn is settled before any words are read, and before they are put in order: those whose hash is far beyond the
-- share that is wanted are not.
with spans as (
    select
        u.window_no, u.is_now, d.span_no, w.market, w.topic, w.app_version, w.market || w.topic || w.app_version <> '' as of_some,
        sum(d.posts) over (partition by u.window_no, u.is_now) as of_side
    from word_used as u
    join word_windows as w on w.window_no = u.window_no
    join word_days as d on d.product = w.product and d.channel = u.channel and d.day = u.day
),
found as (
    select s.window_no, s.is_now, s.of_side, p.post_no, p.author_no, p.score, p.drawn_by
    from spans as s
    join word_people as p on p.span_no = s.span_no
    where not s.of_some and p.drawn_by / 18446744073709551615 <= 1.3 * $most / s.of_side
    union all
    select s.window_no, s.is_now, s.of_side, p.post_no, p.author_no, p.score, p.drawn_by
    from spans as s
    join word_people as p on p.span_no = s.span_no
    join posts_with_words as w on w.rowid = p.post_no
    where s.of_some
        and (s.market = '' or w.market = s.market)
        -- An episode of a version is compared with all that went before.
        and (s.app_version = '' or not s.is_now or w.app_version = s.app_version)
        and (s.topic = '' or list_contains(list_transform(w.topics, lambda each: each.topic), s.topic))
)
select window_no, is_now, post_no, author_no, score
from found
qualify row_number() over (partition by window_no, is_now order by drawn_by) <= $most;

-- one row per window: its people
create or replace temp table word_sides as
select
    window_no,
    count(distinct author_no) filter (where is_now) as authors, count(distinct author_no) filter (where not is_now) as authors_before
from word_drawn
group by window_no;

-- one row per post, its words as people type them: one kind of apostrophe, no capitals
create or replace temp view word_texts as
select rowid as post_no, replace(lower(concat_ws(chr(10), title, text)), '’', '''') as said
from posts_with_words
where rowid in (select post_no from word_drawn);
