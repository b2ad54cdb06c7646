-- One row: all posts of a product.
select
    count(*) as posts,
    count(*) filter (scored) as scored,
    min(day) as first_day,
    max(day) as last_day,
    quantile_disc(day, 0.05) as most_from,
    avg(compound) as mean_compound,
    count(*) filter (scored and compound >= $threshold) as positive,
    count(*) filter (scored and compound <= -$threshold) as negative,
    count(rating) as rated,
    avg(rating) as stars,
    count(nps) as answers,
    100.0 * (count(*) filter (nps >= 9) - count(*) filter (nps <= 6)) / nullif(count(nps), 0) as nps
from posts
where product = $product
