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
        -- An episode of a version is told against all that went before.
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
    window_no, is_now, author, compound,
    -- Words, numbers with dots (4.2.0), and the marks that end a sentence: no phrase goes over them.
    regexp_extract_all(said, '[0-9]+(?:[.][0-9]+)+|[\pL\pN]+(?:''[\pL]+)?|[.!?;:,()\n]+') as words
from found;

-- one row per window x side x author x term
create or replace temp table word_authors as
with terms as (
    select window_no, is_now, author, compound, unnest(words) as term, '' as next_word
    from word_posts
    union all
    select window_no, is_now, author, compound, unnest(words), unnest(words[2:] || [''])
    from word_posts
)
select t.window_no, t.is_now, t.author, concat_ws(' ', t.term, nullif(t.next_word, '')) as term, avg(t.compound) as compound
from terms as t
where regexp_matches(t.term, '[\pL\pN]')
    and case
        when t.next_word = ''
            then t.term not in (select word from stop_words) and length(t.term) > 1
                and not regexp_full_match(t.term, '[0-9]+')
        else regexp_matches(t.next_word, '[\pL\pN]')
            -- One of the two says something by itself; the other does too, or joins ("log in", "not working").
            and (t.term not in (select word from stop_words) or t.next_word not in (select word from stop_words))
            and (t.term not in (select word from stop_words) or t.term in (select word from joining_words))
            and (t.next_word not in (select word from stop_words) or t.next_word in (select word from joining_words))
    end
group by all;

-- one row per window x term, the strongest first
create or replace temp table word_scores as
with sides as (
    select
        window_no,
        count(distinct author) filter (where is_now) as authors, count(distinct author) filter (where not is_now) as authors_before
    from word_posts
    group by window_no
),
counted as (
    select
        window_no, term,
        count(*) filter (where is_now) as a, count(*) filter (where not is_now) as b,
        avg(compound) filter (where is_now) as mean_compound, avg(compound) filter (where not is_now) as mean_before
    from word_authors
    group by window_no, term
    having count(*) >= 3
),
cells as (
    select
        c.*, s.authors as n, s.authors_before as m,
        cast(a + b as double) / (s.authors + s.authors_before) as e
    from counted as c
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
