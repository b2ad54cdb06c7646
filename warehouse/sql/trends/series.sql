-- one row per day x cell of a product; sums as whole numbers, so that adding them is exact in any order
select
    slice_no,
    cell_no,
    cast(day - $first_day as integer) as day_no,
    cast(posts as double) as posts,
    cast(scored as double) as scored,
    round(compound_sum * 1e4) as total,
    round(compound_sq_sum * 1e8) as squares,
    complete,
    code
from trend_series
where product_no = $product_no;
