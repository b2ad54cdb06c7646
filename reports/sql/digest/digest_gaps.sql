-- from coverage_gaps, products
-- One row per gap that reaches into the 35 days before $until: those that the week is compared over.
select product, channel, gap_from, gap_to, days, reason, command
from coverage_gaps
where gap_to >= $until - 35
    and product not in (select product from products where not tracked)
order by gap_to desc, product, channel
