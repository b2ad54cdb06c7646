-- one row per episode of a mean or a count: the days and the slice that its causes are computed for, and the key of all that they are
-- made of besides days, whose changes changed_days.sql knows: the products that it may be compared with, too
create or replace temp table cause_episodes as
select
    episode, product, metric, first_day, last_day, first_day - 58 as from_day, slice_kind, channel, market, topic, app_version,
    md5(
        concat_ws(
            chr(31), $made_by, product, metric, first_day, last_day, slice_kind, channel, market, topic, app_version,
            (select string_agg(p.product, ' ' order by p.product) from products as p where coalesce(p.tracked, true))
        )
    ) as made_of
from what_changed
where metric <> 'silence' and days > 0;
