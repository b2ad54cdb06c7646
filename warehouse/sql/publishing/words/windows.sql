-- one row per window whose words are compared with those of the 56 days before it
create or replace temp table word_windows as
with latest as (
    select product, max(day) as last_day
    from coverage_daily
    where complete
    group by product
),
windows as (
    select
        product, 'last 7 days' as "window", '' as episode, last_day - 6 as first_day, last_day,
        '' as channel, '' as market, '' as topic, '' as app_version
    from latest
    union all
    -- Whoever gets an alarm wants to know why: the days around it. A silence has no words.
    select
        product, 'episode', episode, greatest(first_day, alarm_day - 6), least(last_day, alarm_day + 6),
        channel, market, topic, app_version
    from what_changed
    where metric <> 'silence'
)
select row_number() over (order by product, first_day, episode) as window_no, *
from windows
-- Only where words are kept: nothing is read for an alarm of last year.
where exists (from posts as p where p.product = windows.product and p.text is not null and p.day between windows.first_day and windows.last_day);
