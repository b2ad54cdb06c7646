-- All posts, and those of the last 28 days.
select coalesce(sum(posts), 0), coalesce(sum(posts) filter (day > current_date - 29), 0)
from daily
