-- Which words, and phrases of two, are said by more people in a window than before it. Temporary tables; windows.sql says
-- which windows, emerging_words keeps the strongest.

-- one row per scored post with its words still kept, of a window or of the 56 days before it: its author, its words.
-- Authors are counted, so that one who writes a lot, or who repeats a word, counts once. A channel is in where it has whole
-- days on both sides; a new channel's way of talking is no news. $most posts a side at most, drawn by their hash: the draw
-- is the same each night, and bounds the work.
create or replace temp table word_posts as
with used as (
    select w.product, w.window_no, w.market, w.topic, w.app_version, k.channel, k.day, k.day >= w.first_day as is_now
    from word_windows as w
    join coverage_daily as k
        on k.product = w.product and k.complete and k.day >= w.first_day - 56 and k.day <= w.last_day
        and (w.channel = '' or k.channel = w.channel)
),
both_sides as (
    select product, window_no, channel
    from used
    group by product, window_no, channel
    having bool_or(is_now) and bool_or(not is_now)
),
-- Who is drawn is settled before any words are read, and before they are put in order: those whose hash is far beyond the
-- share that is wanted are not.
kept as (
    select product, channel, day, count(*) as posts
    from posts_with_words
    where scored
    group by product, channel, day
),
shares as (
    select
        u.window_no, u.is_now,
        case
            when any_value(u.market || u.topic || u.app_version) <> '' then 1
            else 1.3 * $most / sum(k.posts)
        end as share
    from used as u
    join both_sides as b on b.product = u.product and b.window_no = u.window_no and b.channel = u.channel
    join kept as k on k.product = u.product and k.channel = u.channel and k.day = u.day
    group by u.window_no, u.is_now
),
drawn as (
    select u.window_no, u.is_now, p.channel, p.product, p.post_id, p.day
    from used as u
    join both_sides as b on b.product = u.product and b.window_no = u.window_no and b.channel = u.channel
    join posts_with_words as p on p.product = u.product and p.channel = u.channel and p.day = u.day
    join shares as s on s.window_no = u.window_no and s.is_now = u.is_now
    where p.scored and hash(p.channel, p.post_id) / 18446744073709551615 <= s.share
        and (u.market = '' or p.market = u.market)
        -- An episode of a version is compared with all that went before.
        and (u.app_version = '' or not u.is_now or p.app_version = u.app_version)
        and (u.topic = '' or list_contains(list_transform(p.topics, lambda each: each.topic), u.topic))
    qualify row_number() over (partition by u.window_no, u.is_now order by hash(p.channel, p.post_id)) <= $most
),
found as (
    select
        d.window_no, d.is_now, coalesce(p.author, p.channel || chr(31) || p.post_id) as author, p.compound,
        -- Words as people type them: one kind of apostrophe, no capitals, no links.
        regexp_replace(
            replace(lower(concat_ws(chr(10), p.title, p.text)), '’', ''''), 'https?://[^[:space:]]+|[^[:space:]]+@[^[:space:]]+', ' ', 'g'
        ) as said
    from drawn as d
    join posts_with_words as p
        on p.product = d.product and p.channel = d.channel and p.post_id = d.post_id and p.day = d.day
    where p.title is not null or p.text is not null
)
select
    window_no, is_now, dense_rank() over (partition by window_no order by author) as author_no, compound,
    -- Words, numbers with dots (4.2.0), and the marks that end a sentence: no phrase goes over them.
    regexp_extract_all(said, '[0-9]+(?:[.][0-9]+)+|[\pL\pN]+(?:''[\pL]+)?|[.!?;:,()\n]+') as words
from found;

-- one row per word, by number: what may stand alone, and what may stand in a phrase of two with another ("log in", "not
-- working"). A word that is there fewer than three times is in no term of three people (below), and not looked at.
create or replace temp table word_kinds as
select
    row_number() over () as word_no,
    w.word,
    s.word is null as says_something,
    s.word is null and length(w.word) > 1 and not regexp_full_match(w.word, '[0-9]+') as alone,
    s.word is null or j.word is not null as in_two
from (
    select word
    from (select unnest(words) as word from word_posts)
    group by word
    having count(*) >= 3
) as w
left join stop_words as s on s.word = w.word
left join joining_words as j on j.word = w.word
where regexp_matches(w.word, '[\pL\pN]');

-- one row per window x side x author x term; next_no is null where the term is one word
create or replace temp table word_authors as
with said as materialized (
    select window_no, is_now, author_no, compound, unnest(words) as word, unnest(words[2:] || ['']) as next_word
    from word_posts
),
terms as (
    select t.window_no, t.is_now, t.author_no, t.compound, k.word_no, null as next_no
    from said as t
    join word_kinds as k on k.word = t.word
    where k.alone
    union all
    select t.window_no, t.is_now, t.author_no, t.compound, k.word_no, n.word_no
    from said as t
    join word_kinds as k on k.word = t.word
    join word_kinds as n on n.word = t.next_word
    -- One of the two says something by itself.
    where k.in_two and n.in_two and (k.says_something or n.says_something)
)
-- As decimals, here and below: exact to add in any order.
select window_no, is_now, author_no, word_no, next_no, avg(cast(compound as decimal(18, 4))) as compound
from terms
group by all;

-- one row per window x term, the strongest first
create or replace temp table word_scores as
with sides as (
    select
        window_no,
        count(distinct author_no) filter (where is_now) as authors, count(distinct author_no) filter (where not is_now) as authors_before
    from word_posts
    group by window_no
),
counted as (
    select
        window_no, word_no, next_no,
        count(*) filter (where is_now) as a, count(*) filter (where not is_now) as b,
        avg(cast(compound as decimal(18, 15))) filter (where is_now) as mean_compound,
        avg(cast(compound as decimal(18, 15))) filter (where not is_now) as mean_before
    from word_authors
    group by window_no, word_no, next_no
    having count(*) >= 3
),
cells as (
    select
        c.*, concat_ws(' ', k.word, n.word) as term, s.authors as n, s.authors_before as m,
        cast(a + b as double) / (s.authors + s.authors_before) as e
    from counted as c
    join word_kinds as k on k.word_no = c.word_no
    left join word_kinds as n on n.word_no = c.next_no
    join sides as s on s.window_no = c.window_no
    where s.authors >= 5 and s.authors_before >= 5
),
-- Log-likelihood ratio of two binomials (Dunning 1993); compared by its sign where the word is rarer now, as Rayson and
-- Garside (2000) do for corpora.
compared as (
    select
        *,
        2 * (
            case when a > 0 then a * ln(a / (n * e)) else 0 end
            + case when b > 0 then b * ln(b / (m * e)) else 0 end
            + case when a < n then (n - a) * ln((n - a) / (n * (1 - e))) else 0 end
            + case when b < m then (m - b) * ln((m - b) / (m * (1 - e))) else 0 end
        ) * case when a * m >= b * n then 1 else -1 end as g2
    from cells
    where e < 1
)
-- 15.13 is the point of chi squared with one degree of freedom that chance passes once in ten thousand: hundreds of words are
-- looked at, and for rare ones this limit keeps its promise (Rayson, Berridge and Francis 2004).
select window_no, term, a, b, n, m, g2, mean_compound, mean_before
from compared
where abs(g2) >= 15.13 and (g2 < 0 or a >= 3)
qualify row_number() over (partition by window_no, g2 > 0 order by abs(g2) desc, term) <= 100;
