-- one row per window x term: people who say it now and before, and their mean; next_no is null where the term is one word
create or replace temp table word_counted as
with said as materialized (
    select d.window_no, d.is_now, d.author_no, d.score, unnest(p.words) as word, unnest(p.words[2:] || ['']) as next_word
    from word_drawn as d
    join word_posts as p on p.post_no = d.post_no
),
terms as (
    select t.window_no, t.is_now, t.author_no, t.score, k.word_no, null as next_no
    from said as t
    join word_kinds as k on k.word = t.word
    where k.alone
    union all
    select t.window_no, t.is_now, t.author_no, t.score, k.word_no, n.word_no
    from said as t
    join word_kinds as k on k.word = t.word
    join word_kinds as n on n.word = t.next_word
    -- One of the two says something by itself.
    where k.in_two and n.in_two and (k.says_something or n.says_something)
),
-- Each author's mean, held to fifteen decimals: exact to add in any order.
authors as (
    select window_no, is_now, author_no, word_no, next_no, cast(sum(score) / (count(*) * 1e4) as decimal(18, 15)) as compound
    from terms
    group by all
)
select
    window_no, word_no, next_no,
    count(*) filter (where is_now) as a, count(*) filter (where not is_now) as b,
    avg(compound) filter (where is_now) as mean_compound,
    avg(compound) filter (where not is_now) as mean_before
from authors
group by window_no, word_no, next_no
having count(*) >= 3;
