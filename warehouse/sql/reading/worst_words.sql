-- One row per word that the bad posts of $product say at least twice as often as the others, the strongest first.
--
-- Bad, of the posts with words: 1 or 2 stars where half of them have stars, else a 0 to 6 where half of them answer the NPS
-- question, else a thumb down where half of them have a thumb, else what reads negative.
with said as (
    select compound, scored, rating, nps, recommended, lower(concat_ws(' ', title, text)) as words
    from posts
    where product = $product and (title is not null or text is not null)
),
judged as (
    select
        case bad_by
            when 'stars' then rating <= 2 when 'answers' then nps <= 6 when 'thumbs' then not recommended
            else compound <= -$compound_threshold
        end as bad,
        bad_by,
        regexp_extract_all(
            replace(
                regexp_replace(words, 'https?://[^[:space:]]+|[^[:space:]]+@[^[:space:]]+|\[[a-z ]+\]', ' ', 'g'), '’', ''''
            ),
            '[\pL\pN]+(?:''[\pL]+)?'
        ) as words
    from said
    cross join (
        select case
            when count(rating) * 2 >= count(*) then 'stars' when count(nps) * 2 >= count(*) then 'answers'
            when count(recommended) * 2 >= count(*) then 'thumbs' else 'words'
        end as bad_by
        from said
    )
    where case bad_by
        when 'stars' then rating is not null when 'answers' then nps is not null when 'thumbs' then recommended is not null
        else scored
    end
),
whole as (
    select count(*) filter (bad) as n, count(*) filter (not bad) as m from judged
),
counted as (
    select word, any_value(bad_by) as bad_by, count(*) filter (bad) as a, count(*) filter (not bad) as b
    from (select bad, bad_by, unnest(list_distinct(words)) as word from judged) as spoken
    where length(word) > 2 and regexp_matches(word, '\pL')
    group by word
    having count(*) filter (bad) >= 3
)
select word, bad_posts, posts, share_bad, bad_by
from (
    select c.word, c.a as bad_posts, c.a + c.b as posts, w.n / (w.n + w.m) as share_bad, c.bad_by,
        2 * (
            c.a * ln(c.a * (w.n + w.m) / (w.n * (c.a + c.b)))
            + case when c.b > 0 then c.b * ln(c.b * (w.n + w.m) / (w.m * (c.a + c.b))) else 0 end
            + case when w.n > c.a
                then (w.n - c.a) * ln((w.n - c.a) * (w.n + w.m) / (w.n * (w.n + w.m - c.a - c.b))) else 0 end
            + case when w.m > c.b
                then (w.m - c.b) * ln((w.m - c.b) * (w.n + w.m) / (w.m * (w.n + w.m - c.a - c.b))) else 0 end
        ) as g2
    from counted as c
    cross join whole as w
    where w.m > 0 and c.a * w.m >= 2 * c.b * w.n and not exists (from temp.stop_words as s where s.word = c.word)
) as measured
where g2 >= 15.13
order by g2 desc, word
limit $most
