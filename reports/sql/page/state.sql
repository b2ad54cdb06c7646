-- from freshness
-- One row: how fresh and whole the data is, over all products and channels.
select
    count(*) as pulls, count(*) filter (where status = 'ok' and not coalesce(capped, false)) as fine,
    count(*) filter (where status = 'failed') as failed,
    count(*) filter (where status = 'pending') as pending,
    -- A channel that brought its last day holds nothing up.
    coalesce(min(last_complete_day) filter (where last_complete_day < coalesce(ended_on, date '9999-12-31')), max(last_complete_day)) as whole_to,
    max(last_landed_at) as last_landed_at,
    (select cast(count(*) as bigint) from coverage_gaps) as gaps
from freshness
