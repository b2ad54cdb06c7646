-- Days that are missing and can be asked for again, and all that are missing.
select coalesce(sum(days) filter (fetchable), 0), coalesce(sum(days), 0)
from coverage_gaps
