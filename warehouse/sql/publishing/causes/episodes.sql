-- one row per episode of a mean: the days and the slice that its causes are computed for, and the key of all that they are
-- made of besides the posts
create or replace temp table cause_episodes as
select
    episode, product, first_day, last_day, first_day - 58 as from_day, slice_kind, channel, market, topic, app_version,
    md5(concat_ws(chr(31), $made_by, product, first_day, last_day, slice_kind, channel, market, topic, app_version)) as made_of
from what_changed
where metric = 'sentiment' and days > 0;
