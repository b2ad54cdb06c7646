-- One row per word that the bad posts of $product say at least twice as often as the others, the strongest first.
--
-- Bad: 1 or 2 stars, of posts with stars, where half of the posts with words have them; else posts that read negative.
with said as (
    select compound, scored, rating, lower(concat_ws(' ', title, text)) as words
    from posts
    where product = $product and (title is not null or text is not null)
),
judged as (
    select
        case when by_stars then rating <= 2 else compound <= -$compound_threshold end as bad,
        by_stars,
        regexp_extract_all(
            replace(
                regexp_replace(words, 'https?://[^[:space:]]+|[^[:space:]]+@[^[:space:]]+|\[[a-z ]+\]', ' ', 'g'), '’', ''''
            ),
            '[\pL\pN]+(?:''[\pL]+)?'
        ) as words
    from said
    cross join (select count(rating) * 2 >= count(*) as by_stars from said)
    where case when by_stars then rating is not null else scored end
),
whole as (
    select count(*) filter (bad) as n, count(*) filter (not bad) as m from judged
),
counted as (
    select word, any_value(by_stars) as by_stars, count(*) filter (bad) as a, count(*) filter (not bad) as b
    from (select bad, by_stars, unnest(list_distinct(words)) as word from judged) as spoken
    where length(word) > 2 and regexp_matches(word, '\pL')
    group by word
    having count(*) filter (bad) >= 3
)
select word, bad_posts, posts, share_bad, by_stars
from (
    select c.word, c.a as bad_posts, c.a + c.b as posts, w.n / (w.n + w.m) as share_bad, c.by_stars,
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
