-- one row per channel whose posts came from one of $sources and that is none of $channels, which are asked
select channel, count(distinct post_id)
from posts
where list_contains($sources, source) and not list_contains($channels, channel)
group by channel
order by channel
