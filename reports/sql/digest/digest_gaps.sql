-- from coverage_gaps, this_week, products
-- One row per gap that reaches into the 35 days before $until, or into those of its product: the week is compared over them.
select product, channel, gap_from, gap_to, days, reason, command
from coverage_gaps
where gap_to >= least($until, coalesce((select last_day from this_week where this_week.product = coverage_gaps.product), $until)) - 35
    and product not in (select product from products where not tracked)
order by gap_to desc, product, channel
