-- One row per day, week, month, quarter or year ($unit) that has $since or a later day of a product, up to its last; those
-- without posts too.
with bounds as (
    select date_trunc($unit, cast($since as date)) as first_begins, date_trunc($unit, max(day)) as last_begins
    from posts
    where product = $product
),
spans as (
    select cast(unnest(generate_series(first_begins, last_begins, to_days(1))) as date) as begins
    from bounds
),
begun as (
    select distinct cast(date_trunc($unit, begins) as date) as begins from spans
),
counted as (
    select
        cast(date_trunc($unit, day) as date) as begins,
        count(*) as posts,
        count(*) filter (scored) as scored,
        avg(compound) as mean_compound,
        avg(rating) as stars
    from posts
    where product = $product
    group by all
)
select b.begins, coalesce(c.posts, 0) as posts, coalesce(c.scored, 0) as scored, c.mean_compound, c.stars
from begun as b
left join counted as c on c.begins = b.begins
order by b.begins
