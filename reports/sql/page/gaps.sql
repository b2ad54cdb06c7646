-- from coverage_gaps, products
-- One row per gap, the newest first.
select coalesce(products.name, coverage_gaps.product) as product_name, channel, gap_from, gap_to, days, reason, fetchable, command,
    count(*) over () as of_all
from coverage_gaps
left join products on products.product = coverage_gaps.product
where coalesce(products.tracked, true)
order by gap_from desc, coverage_gaps.product, channel
limit $most
