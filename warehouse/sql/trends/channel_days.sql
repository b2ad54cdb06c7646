-- one row per day x product x channel that was asked about, from the channel's first covered day on
create or replace temp table trend_channel_days as
select product, channel, day, complete
from asked_days
where day >= first_day;
