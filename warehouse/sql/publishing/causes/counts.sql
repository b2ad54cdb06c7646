-- one row per side x day x channel x market x version x topics of the slice: its posts of days on which all of its channels
-- are complete ($negative: only those that are negative). `unusual`: the product stood out on that day, so that it is in no
-- baseline. A complete day without posts is one row of none.
with every as (
    select day, channel, product, market, app_version, compound, topics, spam
    from posts_with_words
    where product = $product and day between $from_day and $last_day
    union all
    select day, channel, product, market, app_version, compound, topics, spam
    from posts_without_words
    where product = $product and day between $from_day and $last_day
),
whole as (
    select day
    from coverage_daily
    where product = $product and day between $from_day and $last_day and ($channel = '' or channel = $channel)
        and (day >= $first_day or day <= $first_day - 3)
    group by day
    having bool_and(complete)
),
counted as (
    select
        day, channel, market, coalesce(app_version, '') as version,
        list_sort(list_filter(list_transform(coalesce(topics, []), lambda x: x.topic), lambda x: x <> $topic)) as topics
    from every
    where spam is null
        and ($channel = '' or channel = $channel)
        and ($market = '' or market = $market)
        and ($topic = '' or list_contains(list_transform(coalesce(topics, []), lambda x: x.topic), $topic))
        and ($app_version = '' or app_version = $app_version)
        and (not $negative or compound <= -$compound_threshold)
),
unusual as (
    select distinct day
    from verdicts
    where product = $product and slice_kind = 'product' and metric in ('volume', 'negative') and day between $from_day and $first_day - 3
        and verdict in ('flood', 'fewer', 'worse', 'better')
)
select
    w.day >= $first_day as is_now,
    w.day in (from unusual) as unusual,
    date_diff('day', date '1970-01-01', w.day) as day_no,
    coalesce(c.channel, '') as channel,
    coalesce(c.market, '') as market,
    case when $app_version = '' then coalesce(c.version, '') else '' end as version,
    coalesce(c.topics, []) as topics,
    count(c.day) as n
from whole as w
left join counted as c on c.day = w.day
group by all
order by all;
