-- one row per side x day x channel x market x version x topics of the slice: its posts of complete days that have a value of the
-- metric (sentiment, stars, one_star or nps) and the sums of values x $unit, in ten-thousandths. `unusual`: the product stood out on that day, so that it is in no baseline.
with every as (
    select day, channel, product, market, app_version, scored, compound, rating, nps, scorer_version, topics, post_id, spam
    from posts_with_words
    where product = $product and day between $from_day and $last_day
    union all
    select day, channel, product, market, app_version, scored, compound, rating, nps, scorer_version, topics, post_id, spam
    from posts_without_words
    where product = $product and day between $from_day and $last_day
),
whole as (
    select day, channel
    from coverage_daily
    where product = $product and day between $from_day and $last_day and complete
),
-- The topic's own score where the episode is about a topic.
valued as (
    select
        e.day >= $first_day as is_now,
        e.day, e.channel, e.market, coalesce(e.app_version, '') as version, e.scorer_version,
        list_sort(list_filter(list_transform(coalesce(e.topics, []), lambda x: x.topic), lambda x: x <> $topic)) as topics,
        $unit * case $metric
            when 'stars' then e.rating
            when 'one_star' then case when e.rating < 1.5 then 1 when e.rating >= 1.5 then 0 end
            when 'nps' then case when e.nps >= 9 then 100 when e.nps >= 7 then 0 when e.nps >= 0 then -100 end
            else case when $topic = '' then e.compound else list_filter(e.topics, lambda x: x.topic = $topic)[1].compound end
        end as score
    from every as e
    join whole as w on w.day = e.day and w.channel = e.channel
    -- What is taken for spam is judged by nobody.
    where (e.scored or $metric <> 'sentiment') and e.spam is null
        and (e.day >= $first_day or e.day <= $first_day - 3)
        and ($channel = '' or e.channel = $channel)
        and ($market = '' or e.market = $market)
        -- A new version has no past: it is compared with all posts that name one.
        and ($app_version = '' or (e.day >= $first_day and e.app_version = $app_version)
            or (e.day < $first_day and coalesce(e.app_version, '') <> ''))
        and hash(e.channel, e.post_id) % $every = 0
),
-- The version of the scorer that scored most of the episode; what people rated themselves needs none.
scorer as (
    select scorer_version
    from valued
    where is_now
    group by scorer_version
    order by count(*) desc, scorer_version
    limit 1
),
unusual as (
    select distinct day
    from verdicts
    where product = $product and slice_kind = 'product' and metric = $metric and verdict in ('worse', 'better')
        and day between $from_day and $first_day - 3
)
select
    v.is_now,
    v.day in (from unusual) as unusual,
    date_diff('day', date '1970-01-01', v.day) as day_no,
    v.channel,
    v.market,
    case when $app_version = '' then v.version else '' end as version,
    v.topics,
    count(*) as n,
    sum(cast(round(v.score * 10000) as bigint)) as total,
    sum(cast(round(v.score * 10000) as bigint) * cast(round(v.score * 10000) as bigint)) as squares
from valued as v
where v.score is not null and ($metric <> 'sentiment' or v.scorer_version = (from scorer))
group by all
order by all;
