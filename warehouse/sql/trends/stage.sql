-- one row per day x slice x metric, as judged, with its reason in words; `judging` holds what the detector found
create or replace temp table trend_verdicts as
with named as (
    select
        j.day, s.product, s.slice_kind, s.channel, s.market, s.topic, s.app_version, j.metric,
        j.span_from, cast(j.n as bigint) as n, j.mean, j.baseline,
        cast(j.baseline_n as bigint) as baseline_n, cast(j.baseline_days as integer) as baseline_days,
        j.change, j.change_low, j.change_high, j.within, j.mix, j.z, j.cusum, j.cusum_limit, j.verdict, j.alarm,
        j.since, j.episode_day, j.detected_as
    from judging as j
    join trend_slices as s on s.slice_no = j.slice_no
)
select
    day, product, slice_kind, channel, market, topic, app_version, metric, span_from, n, mean, baseline, baseline_n,
    baseline_days, change, change_low, change_high, within, mix, z, cusum, cusum_limit, verdict, alarm, since,
    case when episode_day is not null then concat_ws(' ', product, strftime(episode_day, '%Y-%m-%d'), detected_as) end as episode,
    case
        when verdict = 'incomplete day' then 'not every channel answered for the whole day'
        when verdict = 'not enough posts' and n = 0 then 'no scored post'
        when verdict = 'not enough posts' then format(
            '{} to judge; needed are {}, with up to {} days before, or {} in all of these days',
            n, $floor, $pool_days - 1, $week_floor
        )
        when verdict = 'not enough history' and metric in ('volume', 'negative') then format(
            '{} complete days among the {} that end {} days before, fewer than {}', baseline_days, $window, $lag, $least_days
        )
        when verdict = 'not enough history' then format(
            '{} posts on {} days among the {} that end {} days before; needed are {} posts, and {} complete days since the first',
            baseline_n, baseline_days, $window, $lag, $least_posts, $least_days
        )
        when metric = 'silence' then format('no post since {}, about {:.0f} were to come', since, baseline)
        when metric in ('volume', 'negative') then format(
            '{} {}, usual for the weekday are {:.0f}',
            n, case metric when 'volume' then 'posts' else 'negative posts' end, baseline
        )
        when verdict = 'no real change' then format(
            'evidence {:.1f} of {:.1f}', abs(cusum), cusum_limit
        )
        when abs(z) >= $single then format('one day {:.1f} standard errors from the baseline', abs(z))
        else format('evidence since {} reached the limit {:.1f}', since, cusum_limit)
    end as reason
from named;
