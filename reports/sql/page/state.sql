-- from freshness, coverage_gaps, products
-- One row: how fresh and whole the data is, over all tracked products and their channels.
select
    count(*) as pulls, count(*) filter (where status = 'ok' and not coalesce(capped, false)) as fine,
    count(*) filter (where status = 'failed') as failed,
    count(*) filter (where status = 'pending') as pending,
    -- A channel that brought its last day holds nothing up.
    coalesce(min(last_complete_day) filter (where last_complete_day < coalesce(ended_on, date '9999-12-31')), max(last_complete_day)) as whole_to,
    max(last_landed_at) as last_landed_at,
    (
        select cast(count(*) as bigint) from coverage_gaps
        where product not in (select product from products where not tracked)
    ) as gaps
from freshness
where product not in (select product from products where not tracked)
