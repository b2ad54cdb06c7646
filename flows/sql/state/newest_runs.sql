-- The newest run of each kind. Times UTC.
select kind, started_at, ended_at, status, error
from runs
qualify row_number() over (partition by kind order by started_at desc) = 1
