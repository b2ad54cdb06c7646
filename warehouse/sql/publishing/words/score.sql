-- Which words, and phrases of two, are said by more people in a window than before it: emerging_words keeps the strongest.
-- windows.sql says which windows, drawn.sql which posts; plain.sql and words_compiled.py count.

-- one row per window x term, the strongest first
create or replace temp table word_scores as
with cells as (
    select
        c.*, concat_ws(' ', k.word, n.word) as term, s.authors as n, s.authors_before as m,
        cast(a + b as double) / (s.authors + s.authors_before) as e
    from word_counted as c
    join word_kinds as k on k.word_no = c.word_no
    left join word_kinds as n on n.word_no = c.next_no
    join word_sides as s on s.window_no = c.window_no
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
