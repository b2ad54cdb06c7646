-- one row: first and last day with posts or, after the first, asked about; null without any post
select min(day), greatest(max(day), (select max(day) from trend_channel_days))
from daily;
