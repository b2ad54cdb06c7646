-- from freshness, coverage_gaps, products
-- One row: how the newest pulls of all tracked products and channels went, and how many gaps there are.
select
    count(*) as pulls,
    count(*) filter (where status = 'ok') as answered,
    count(*) filter (where status = 'ok' and capped and not coalesce(ends_early, false)) as capped,
    count(*) filter (where status = 'ok' and ends_early) as early,
    max(covered_to) filter (where status = 'ok' and ends_early) as early_to,
    count(*) filter (where status = 'failed') as failed,
    count(*) filter (where status = 'pending') as pending,
    max(last_landed_at) as last_landed_at,
    (
        select cast(count(*) as bigint) from coverage_gaps
        where product not in (select product from products where not tracked)
    ) as gaps
from freshness
where tracked
