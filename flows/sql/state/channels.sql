-- Each channel and product: its last success, and what is wrong with its newest window.
select channel, product, last_landed_at, covered_to, last_complete_day, error, ended_on
from freshness
order by channel, product
