-- from freshness
-- One row per channel that is configured and goes on: the day to which it is complete for every product that it is asked
-- for (none where it has no complete day of one of them), the one that is complete to the latest day first.
select
    channel,
    -- One that brought its last day holds nothing up.
    case when count(*) = count(last_complete_day) then min(last_complete_day) end as whole_to,
    count(*) as products,
    count(*) filter (where status = 'failed') as failed,
    max(last_landed_at) as last_landed_at
from freshness
where tracked and coalesce(last_complete_day < ended_on, true)
group by channel
order by whole_to desc nulls last, channel
