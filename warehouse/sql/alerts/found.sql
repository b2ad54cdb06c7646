-- one row per thing that may be told: kind x product x subject; $today is the day of the publish in the reporting zone
with last_days as (
    select product, max(day) as last_day
    from verdicts
    where slice_kind = 'product' and metric = 'sentiment' and verdict <> 'incomplete day'
    group by product
),
episodes as (
    select
        v.episode as subject,
        v.product,
        regexp_extract(v.episode, '[^ ]+$') as verdict,
        bool_or(v.alarm) as told,
        coalesce(max(v.day) filter (where v.alarm), min(v.day)) as first_day,
        max(v.day) as last_day,
        list(distinct v.metric) as metrics,
        -- Each metric and each channel in which it was detected counts; narrower slices only say where it is.
        count(distinct v.metric) + count(distinct v.channel) filter (where v.slice_kind = 'channel') as reach,
        -- One good day is not the end of it.
        max(v.day) >= any_value(l.last_day) - 2 as ongoing
    from verdicts as v
    left join last_days as l on l.product = v.product
    where v.episode is not null and v.day > $today - 120
    group by v.episode, v.product
),
-- Waves of spam as the published spam_episodes tells of them.
spam_days as (
    select product, channel, day, sum(posts) as posts
    from daily_spam
    where day > $today - 120
    group by product, channel, day
),
spam_marked as (
    select *, coalesce(day - lag(day) over wave > 2, true) as begins
    from spam_days
    window wave as (partition by product, channel order by day)
),
spam_waves as (
    select product, channel, min(day) as first_day, max(day) as last_day, sum(posts) as posts
    from (select *, count(*) filter (where begins) over (partition by product, channel order by day) as wave from spam_marked)
    group by product, channel, wave
    having sum(posts) >= 5
),
-- Nights that somebody stopped say nothing; those since the last good one are one series.
nights as (
    select
        run_id, started_at, status, error,
        count(*) filter (where status = 'ok') over (order by started_at, run_id) as series
    from runs
    where kind = 'nightly' and status in ('ok', 'failed') and coalesce(error, '') <> 'stopped'
),
failed as (
    select
        n.*,
        row_number() over (partition by n.series order by n.started_at, n.run_id) as first_of,
        row_number() over (partition by n.series order by n.started_at desc, n.run_id desc) as last_of
    from nights as n
    where n.status = 'failed'
),
failing as (
    select
        f.series,
        count(distinct (c.channel, c.product)) as pairs,
        list(distinct concat(c.channel, '/', c.product, ': ', c.error) order by concat(c.channel, '/', c.product, ': ', c.error))
            filter (where f.last_of = 1) as said
    from failed as f
    join coverage as c on c.run_id = f.run_id and c.status = 'failed'
    group by f.series
),
series as (
    select
        f.series,
        any_value(f.run_id) filter (where f.first_of = 1) as run_id,
        cast(min(f.started_at) as date) as first_day,
        cast(max(f.started_at) as date) as last_day,
        count(*) as nights,
        any_value(f.error) filter (where f.last_of = 1) as error,
        f.series = (select max(series) from nights) as ongoing
    from failed as f
    group by f.series
),
whole as (
    select k.product, k.channel, max(k.day) filter (where k.complete) as whole_to
    from coverage_daily as k
    join products as p on p.product = k.product and p.tracked
    join channels as c on c.channel = k.channel and c.tracked and (c.last_day is null or c.last_day >= $today)
    group by k.product, k.channel
)
select
    case verdict when 'silent' then 'silent' when 'better' then 'better' else 'worse' end as kind,
    product, subject, first_day, last_day, cast(reach as integer) as reach, ongoing, '' as detail,
    -- By its name, or as the one that took the place of an answered one: what_changed.sql asks the same of its shown metric.
    exists (
        from alarm_answers as a
        where a.product = e.product and (
            a.episode = e.subject
            or (
                a.verdict = e.verdict and list_contains(e.metrics, a.metric)
                and a.first_day <= e.last_day and a.last_day >= e.first_day
                and a.episode not in (select subject from episodes)
            )
        )
    ) as answered
from episodes as e
where (told and verdict in ('worse', 'flood', 'silent')) or verdict = 'better'
union all
select
    'spam', product, concat(product, ' ', channel, ' ', strftime(first_day, '%Y-%m-%d')), first_day, last_day,
    -- Each doubling is news.
    cast(floor(log2(posts / 5)) as integer), last_day >= $today - 3, channel, false
from spam_waves
union all
select
    'failed_night', '', s.run_id, s.first_day, s.last_day, cast(coalesce(x.pairs, 0) as integer), s.ongoing,
    concat_ws(
        '; ',
        case when s.nights > 1 then format('{} nights', s.nights) end,
        s.error,
        array_to_string(x.said[1:5], '; '),
        case when len(x.said) > 5 then format('and {} more', len(x.said) - 5) end
    ),
    false
from series as s
left join failing as x on x.series = s.series
union all
-- The last day that can be complete is yesterday.
select
    'backlog', product, concat(product, ' ', channel), whole_to + 1, $today - 1,
    cast(floor(log2(($today - 1 - whole_to) / 3)) as integer), true,
    format('{} has no complete day since {}: {} days are missing', channel, whole_to, $today - 1 - whole_to),
    false
from whole
where $today - 1 - whole_to >= 3
order by all
