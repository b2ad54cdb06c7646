-- one row per episode: one thing that happened to one product
-- Long because: an episode is said in one sentence, from its slice, its metrics and its causes; what each column means stands below.
create view what_changed as
with telling as (
    select
        *,
        -- What the episode is about: its own metric, in the widest slice in which the change was detected.
        first_value(slice_kind) over shown as shown_kind,
        first_value(channel) over shown as shown_channel,
        first_value(market) over shown as shown_market,
        first_value(topic) over shown as shown_topic,
        first_value(app_version) over shown as shown_version,
        first_value(metric) over shown as shown_metric,
        concat_ws(' ', nullif(channel, ''), nullif(market, ''), nullif(topic, ''), nullif(app_version, '')) as slice
    from verdicts
    where episode is not null
    window shown as (
        partition by episode
        order by
            ends_with(episode, verdict) desc,
            list_position(['product', 'channel', 'topic', 'market', 'version'], slice_kind),
            list_position(['sentiment', 'stars', 'one_star', 'nps', 'silence', 'volume', 'negative'], metric),
            abs(coalesce(z, 0)) desc, channel, market, topic, app_version, day
        rows between unbounded preceding and unbounded following
    )
),
episodes as (
    select
        episode,
        product,
        coalesce(max(day) filter (where alarm), min(day)) as alarm_day,
        bool_or(alarm) as told,
        any_value(shown_kind) as slice_kind,
        any_value(shown_channel) as channel,
        any_value(shown_market) as market,
        any_value(shown_topic) as topic,
        any_value(shown_version) as app_version,
        any_value(shown_metric) as metric
    from telling
    group by episode, product
),
-- The days of the shown slice from its onset to its last verdict.
spans as (
    select
        e.episode,
        arg_min(t.verdict, t.day) as verdict,
        arg_min(t.since, t.day) as since,
        max(t.day) as until
    from episodes as e
    join telling as t
        on t.episode = e.episode and t.metric = e.metric and t.slice_kind = e.slice_kind and t.channel = e.channel
        and t.market = e.market and t.topic = e.topic and t.app_version = e.app_version
    group by e.episode
),
-- Every metric of the shown slice on those days, detected or not.
measured as (
    select
        e.episode,
        v.metric,
        cast(sum(v.n) as bigint) as n,
        count(*) as days,
        sum(v.n * v.mean order by v.day) / nullif(sum(v.n), 0) as mean,
        avg(v.mean order by v.day) as day_mean,
        arg_min(v.baseline, v.day) as baseline,
        avg(v.baseline order by v.day) as day_baseline,
        arg_max(v.baseline, v.day) as last_baseline,
        sum(v.n * v.mix order by v.day) / nullif(sum(v.n), 0) as mix,
        sqrt(sum(pow(v.n * (v.change_high - v.change_low) / 2, 2) order by v.day)) / nullif(sum(v.n), 0) as half,
        sqrt(sum(pow((v.change_high - v.change_low) / 2, 2) order by v.day)) / count(*) as day_half,
        arg_max(v.z, abs(v.z)) as z
    from episodes as e
    join spans as s on s.episode = e.episode
    join verdicts as v
        on v.product = e.product and v.slice_kind = e.slice_kind and v.channel = e.channel
        and v.market = e.market and v.topic = e.topic and v.app_version = e.app_version
        and v.day between s.since and s.until
    where v.change is not null
    group by e.episode, v.metric
),
-- The same in the metric's own terms: a count by the day, anything else by the post.
figures as (
    select
        episode, metric, n, days, z,
        case when metric in ('sentiment', 'stars', 'one_star', 'nps') then mix end as mix,
        case when metric in ('volume', 'negative') then day_mean else mean end as value,
        case
            when metric in ('volume', 'negative') then day_baseline
            when metric = 'silence' then last_baseline
            else baseline
        end as baseline,
        case when metric in ('volume', 'negative') then day_half when metric <> 'silence' then half end as half
    from measured
),
pooled as (
    select f.*
    from figures as f
    join episodes as e on e.episode = f.episode and e.metric = f.metric
),
-- What the other metrics did on these days, in words: those that moved beyond their interval.
beside as (
    select
        f.episode,
        list(
            case f.metric
                when 'sentiment' then format('Mean score {:+.2f}, before {:+.2f}', f.value, f.baseline)
                when 'stars' then format('Stars {:.2f}, before {:.2f}', f.value, f.baseline)
                when 'one_star' then format('One star {:.0f}%, before {:.0f}%', 100 * f.value, 100 * f.baseline)
                when 'nps' then format('NPS {:+.0f}, before {:+.0f}', f.value, f.baseline)
                when 'volume' then format('{:.0f} posts a day, usual are {:.0f}', f.value, f.baseline)
                else format('{:.0f} negative posts a day, usual are {:.0f}', f.value, f.baseline)
            end
            order by list_position(['sentiment', 'stars', 'one_star', 'nps', 'volume', 'negative'], f.metric)
        ) as said
    from figures as f
    join episodes as e on e.episode = f.episode and e.metric <> f.metric
    where e.metric <> 'silence' and abs(f.value - f.baseline) > f.half
    group by f.episode
),
others as (
    select
        t.episode,
        list(distinct t.slice order by t.slice) filter (where t.slice_kind = 'channel' and t.metric = 'sentiment') as channels,
        list(distinct t.slice order by t.slice) filter (where t.slice_kind = 'market') as markets,
        list(distinct t.slice order by t.slice) filter (where t.slice_kind = 'version') as versions,
        -- A rise is sure long before it is a flood.
        bool_or(t.verdict = 'flood' and t.mean >= 2 * t.baseline) as flood
    from telling as t
    group by t.episode
),
-- Topics by how far they moved, not by name.
topics as (
    select episode, list(topic order by strength desc, topic) as topics
    from (
        select episode, topic, max(abs(within) * sqrt(n)) as strength
        from telling
        where slice_kind = 'topic'
        group by episode, topic
    )
    group by episode
),
-- What explains it, in words: the one ranking of episode_causes.
causes as (
    select
        episode,
        list(
            concat(
                label,
                case when len(same_as) > 0 then concat(' (the same posts: ', array_to_string(same_as, ', '), ')') else '' end,
                case when share >= 0.95 then ' all of it' else format(' {:.0f}%', 100 * share) end
            ) order by "rank"
        ) filter (where split and named) as causes,
        list(
            concat(
                label,
                case when len(same_as) > 0 then concat(' (the same posts: ', array_to_string(same_as, ', '), ')') else '' end,
                case when "rank" = 1 then ' explains' else '' end,
                case when share >= 0.95 then ' all of it' when "rank" = 1 then format(' {:.0f}% of it', 100 * share) else format(' {:.0f}%', 100 * share) end,
                format(' ({:.0f}% to {:.0f}%)', 100 * share_low, 100 * share_high)
            ) order by "rank"
        ) filter (where split and named and "rank" <= 3) as explained,
        max(share) filter (where dimension = 'rest') as left_over,
        list(label order by "rank") filter (where dimension = 'release') as released,
        list(format('{} ({:+.2f})', label, contribution) order by "rank") filter (where dimension = 'competitor' and named) as others,
        count(*) filter (where dimension = 'competitor') as compared
    from (select *, dimension not in ('rest', 'word', 'release', 'competitor') as split from episode_causes)
    group by episode
),
-- What was answered to it: by its name; an answer whose episode is there no more, to the one that took its place.
answered as (
    select
        e.episode,
        arg_max(a.answer, row(a.episode = e.episode, a.answered_at)) as answer,
        arg_max(a.why, row(a.episode = e.episode, a.answered_at)) as why,
        arg_max(a.answered_at, row(a.episode = e.episode, a.answered_at)) as answered_at
    from episodes as e
    join spans as s on s.episode = e.episode
    join alarm_answers as a
        on a.product = e.product and (
            a.episode = e.episode
            or (
                a.metric = e.metric and a.verdict = s.verdict and a.first_day <= s.until and a.last_day >= s.since
                and a.episode not in (select episode from episodes)
            )
        )
    group by e.episode
),
last_days as (
    select product, max(day) as last_day
    from verdicts
    where slice_kind = 'product' and metric = 'sentiment' and verdict <> 'incomplete day'
    group by product
),
reported as (
    select
        e.episode,
        e.product,
        coalesce(p.name, e.product) as product_name,
        coalesce(p.own, false) as own,
        e.metric,
        s.verdict,
        e.slice_kind,
        e.channel,
        e.market,
        e.topic,
        e.app_version,
        case e.slice_kind
            when 'product' then ''
            else concat_ws(
                ' ', e.slice_kind, nullif(e.channel, ''), nullif(e.market, ''), nullif(e.topic, ''), nullif(e.app_version, '')
            )
        end as slice,
        s.since as first_day,
        s.until as last_day,
        e.alarm_day,
        e.told,
        s.until >= l.last_day as ongoing,
        coalesce(o.days, 0) as days,
        coalesce(o.n, 0) as n,
        case when e.metric = 'silence' then 0 else o.value end as value,
        o.baseline,
        -- Against the one baseline before the onset, as value and change are.
        o.value - o.baseline - o.mix as within,
        o.mix,
        o.half,
        o.z,
        r.answer,
        coalesce(r.why, '') as answer_why,
        r.answered_at,
        coalesce(b.said, []) as beside,
        coalesce(t.topics, []) as topics,
        coalesce(w.channels, []) as channels,
        coalesce(w.markets, []) as markets,
        coalesce(w.versions, []) as versions,
        w.flood and e.metric not in ('volume', 'silence') as flood,
        case when x.left_over is not null then coalesce(x.causes, cast([] as varchar[])) end as causes,
        case
            when x.left_over is null then ''
            when x.explained is null
                then ' Nothing explains it: no topic, channel, market or version makes a tenth of it beyond chance.'
            else concat(
                ' ', array_to_string(x.explained, ', '),
                case
                    when x.left_over >= 0.1 then format('; {:.0f}% lies in no part alone', 100 * x.left_over)
                    when x.left_over <= -0.1 then '; the rest went the other way'
                    else ''
                end,
                '.'
            )
        end as explanation,
        case when x.released is not null and x.left_over is not null
            then concat(' New on those days: ', array_to_string(x.released[1:3], ', '), '.') else '' end as news,
        case
            when x.left_over is null or x.compared = 0 then ''
            when x.others is null then ' No other product on the same channels changed with it beyond chance.'
            else concat(' On the same channels others changed with it: ', array_to_string(x.others[1:3], ', '), '.')
        end as elsewhere
    from episodes as e
    join spans as s on s.episode = e.episode
    left join pooled as o on o.episode = e.episode
    left join beside as b on b.episode = e.episode
    left join others as w on w.episode = e.episode
    left join topics as t on t.episode = e.episode
    left join products as p on p.product = e.product
    left join causes as x on x.episode = e.episode
    left join answered as r on r.episode = e.episode
    left join last_days as l on l.product = e.product
),
-- Its sentence in parts, each of whole sentences.
said as (
    select
        * exclude (beside, elsewhere),
        concat(
            product_name,
            case when slice <> '' then concat(' (', slice, ')') else '' end,
            case
                when metric = 'silence' then format(
                    ': silent since {}. No post on complete days, about {:.0f} were to come.', first_day, baseline
                )
                when metric in ('volume', 'negative') then format(
                    ': {} from {} to {}: {:.0f} {} a day, usual are {:.0f}.',
                    case
                        when metric = 'negative' then verdict
                        when verdict = 'fewer' then 'fewer posts'
                        when told then 'a flood of posts'
                        else 'more posts than usual'
                    end,
                    first_day, last_day, value, case metric when 'volume' then 'posts' else 'negative posts' end, baseline
                )
                else format(
                    ': {} {}. {}: {} (95% interval {} to {}).',
                    verdict,
                    case when first_day = last_day then format('on {}', first_day)
                        when ongoing then format('from {} on', first_day)
                        else format('from {} to {}', first_day, last_day) end,
                    case metric
                        when 'sentiment' then format('Mean {:+.2f} over {} posts, before {:+.2f}', value, n, baseline)
                        when 'stars' then format('Stars {:.2f} over {} ratings, before {:.2f}', value, n, baseline)
                        when 'one_star' then format(
                            '{:.0f}% of {} ratings have one star, before {:.0f}%', 100 * value, n, 100 * baseline
                        )
                        else format('NPS {:+.0f} over {} answers, before {:+.0f}', value, n, baseline)
                    end,
                    concat(
                        case when value < baseline then 'down ' else 'up ' end,
                        case metric
                            when 'one_star' then format('{:.0f} points', 100 * abs(value - baseline))
                            when 'nps' then format('{:.0f} points', abs(value - baseline))
                            else format('{:.2f}', abs(value - baseline))
                        end
                    ),
                    case metric
                        when 'one_star' then format('{:+.0f}', 100 * (value - baseline - half))
                        when 'nps' then format('{:+.0f}', value - baseline - half)
                        else format('{:+.2f}', value - baseline - half)
                    end,
                    case metric
                        when 'one_star' then format('{:+.0f}', 100 * (value - baseline + half))
                        when 'nps' then format('{:+.0f}', value - baseline + half)
                        else format('{:+.2f}', value - baseline + half)
                    end
                )
            end,
            case when metric = 'sentiment' and abs(mix) >= 0.02 then format(
                ' {:+.2f} of it within channels and markets, {:+.2f} because the posts come from others than before.',
                within, mix
            ) else '' end
        ) as headline,
        case when len(beside) > 0 then concat(array_to_string(beside, '. '), '.') else '' end as beside,
        trim(concat(explanation, news)) as why,
        trim(elsewhere) as elsewhere,
        case when flood and metric <> 'negative' then 'With a flood of posts.' else '' end as flooded,
        case when answer is not null then concat('Answered: ', answer, case when answer_why <> '' then concat(', ', answer_why) end, '.') else '' end as answered_as
    from reported
)
select
    episode,
    product,
    product_name,
    own,
    metric,
    verdict,
    slice_kind,
    channel,
    market,
    topic,
    app_version,
    first_day,
    last_day,
    alarm_day,
    told,
    ongoing,
    days,
    n,
    value,
    baseline,
    value - baseline as change,
    value - baseline - half as change_low,
    value - baseline + half as change_high,
    within,
    mix,
    z,
    topics,
    channels,
    markets,
    versions,
    flood,
    causes,
    answer,
    answer_why,
    answered_at,
    headline,
    beside,
    why,
    elsewhere,
    concat_ws(' ', headline, nullif(beside, ''), nullif(why, ''), nullif(elsewhere, ''), nullif(flooded, ''), nullif(answered_as, '')) as sentence
from said
order by
    list_position(['worse', 'silent', 'flood', 'fewer', 'better'], verdict),
    value - baseline, alarm_day desc, episode;

comment on view what_changed is 'One row per episode, worst first: one thing that happened to one product, with its alarm, in the widest slice in which the change was detected.';
comment on column what_changed.episode is 'Identifies the episode: product, day of the alarm, what it was.';
comment on column what_changed.product is 'Product slug.';
comment on column what_changed.product_name is 'Product name, for people.';
comment on column what_changed.own is 'True for our own product, false for a competitor''s.';
comment on column what_changed.metric is 'What the figures are of: sentiment, stars, one_star, nps, silence, volume or negative; of several, the first of these that was detected in the slice.';
comment on column what_changed.verdict is 'worse, better, flood, fewer or silent.';
comment on column what_changed.slice_kind is 'The widest slice in which the change was detected: product, channel, topic, market or version.';
comment on column what_changed.channel is 'Its channel; empty where it is over all.';
comment on column what_changed.market is 'Its market; empty where it is over all.';
comment on column what_changed.topic is 'Its topic; empty where it is over all.';
comment on column what_changed.app_version is 'Its app version; empty where it is over all.';
comment on column what_changed.first_day is 'Day from which on the evidence points to the change.';
comment on column what_changed.last_day is 'Last day with this verdict.';
comment on column what_changed.alarm_day is 'Day of the alarm: the first on which it was sure and mattered; the slice in which the change was detected first may be a narrower one. Where none was raised (told is false), the first day on which it was sure.';
comment on column what_changed.told is 'True when it raised an alarm: it was sure, it mattered, and it was bad news. What is better, and fewer posts, are listed only.';
comment on column what_changed.ongoing is 'True when the newest judged day of the product still has this verdict.';
comment on column what_changed.days is 'Judged days from first_day to last_day.';
comment on column what_changed.n is 'Posts of these days: scored ones for sentiment, ratings for stars and one_star, answers for nps.';
comment on column what_changed.value is 'Sentiment: mean compound of these posts. Stars, share of one star (0 to 1), NPS (-100 to 100): theirs. Volume and negative: posts a day.';
comment on column what_changed.baseline is 'The same before first_day. Silence: posts that were to be expected.';
comment on column what_changed.change is 'value - baseline.';
comment on column what_changed.change_low is 'Lower end of the 95% interval of change; null for silence.';
comment on column what_changed.change_high is 'Upper end of the 95% interval of change; null for silence.';
comment on column what_changed.within is 'Part of the change inside channels and markets; null for counts.';
comment on column what_changed.mix is 'Part of the change because other channels and markets write; null for counts.';
comment on column what_changed.z is 'The strongest day, in standard errors.';
comment on column what_changed.topics is 'Topics whose own posts changed in the same episode, strongest first; how much of the change they make is in causes.';
comment on column what_changed.channels is 'Channels in which the change was detected.';
comment on column what_changed.markets is 'Markets in which the change was detected, listed after their channel.';
comment on column what_changed.versions is 'App versions in which the change was detected.';
comment on column what_changed.flood is 'True when a flood of posts came with the change: on some day at least twice the usual.';
comment on column what_changed.causes is 'What explains the change, the largest part first, with its share of the change, from episode_causes; empty where nothing does, null where that cannot be said (silence).';
comment on column what_changed.answer is 'What was answered to it with `earful alarms`: known, expected or wrong; null where nobody has. What is answered is a note, no news.';
comment on column what_changed.answer_why is 'The answer''s reason, as it was given; empty where there is none.';
comment on column what_changed.answered_at is 'When it was answered, UTC; null where nobody has.';
comment on column what_changed.headline is 'What happened and when, by how much, in words.';
comment on column what_changed.beside is 'What other metrics did on these days, in words: those that moved beyond their interval; empty where none did.';
comment on column what_changed.why is 'What explains it and what was new on these days, in words; empty where that cannot be said.';
comment on column what_changed.elsewhere is 'Whether competitors changed with it on the same channels, in words; empty where none could be compared.';
comment on column what_changed.sentence is 'All of it in words: headline, beside, why, elsewhere, whether a flood of posts came with it, and what was answered.';
