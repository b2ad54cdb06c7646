-- one row per day x cell; sums as whole numbers, so that adding them is exact in any order
select
    slice_no,
    cell_no,
    cast(day - $first_day as integer) as day_no,
    cast(posts as double) as posts,
    cast(negative as double) as negative,
    cast(scored as double) as scored,
    round(compound_sum * 1e4) as total,
    round(compound_sq_sum * 1e8) as squares,
    cast(rating_count as double) as rated,
    round(rating_sum * 1e4) as stars,
    round(rating_sq_sum * 1e8) as star_squares,
    cast(one_star as double) as ones,
    cast(nps_count as double) as answers,
    cast(nps_promoters - nps_detractors as double) as balance,
    cast(nps_promoters + nps_detractors as double) as decided,
    complete,
    code
from trend_series
where cell_no >= $from and cell_no < $to;
