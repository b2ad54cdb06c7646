-- one row per run of days x product x channel that were asked for, or lie between such, and are not covered in full, or
-- are suspected of having come in part
create view coverage_gaps as
with asked as (
    select product, channel, min(day_from) as first_day, max(day_to) as last_day
    from coverage
    group by product, channel
),
days as (
    select product, channel, cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as day
    from asked
),
missing as (
    select d.product, d.channel, d.day, case when k.suspect then k.doubt end as doubt
    from days as d
    left join coverage_daily as k on k.product = d.product and k.channel = d.channel and k.day = d.day
    where not coalesce(k.complete, false)
),
-- The newest window that asked for the day says why.
explained as (
    select
        m.product,
        m.channel,
        m.day,
        count(*) filter (where c.status = 'ok') over (partition by m.product, m.channel, m.day) as answers,
        m.doubt,
        case
            when m.doubt is not null then concat('suspected: ', m.doubt)
            when c.status is null then 'nobody asked for it'
            when c.status = 'failed' then concat('failed: ', coalesce(c.error, 'no reason recorded'))
            when c.status = 'pending' then 'still being pulled'
            when c.note like '%not known whether whole: %' then c.note
            when c.capped then concat_ws(': ', 'the source gives no more', nullif(c.note, ''))
            else concat_ws(': ', 'came in part', nullif(c.note, ''))
        end as reason,
        coalesce(c.status = 'ok' and c.capped, false) as refused
    from missing as m
    left join coverage as c
        on c.product = m.product and c.channel = m.channel and m.day between c.day_from and c.day_to
    qualify row_number() over (
        partition by m.product, m.channel, m.day
        order by c.landed_at desc nulls last, c.asked_to desc nulls last, c.status desc nulls last
    ) = 1
),
-- Asking again helps unless the service said that it has no more, or gave the same part of the day twice; and it cannot
-- be asked where the configuration lists its product or channel no more.
judged as (
    select
        e.product,
        e.channel,
        e.day,
        e.reason,
        (e.doubt is not null or (not e.refused and e.answers < 2))
            and coalesce(p.tracked, true) and coalesce(c.tracked, true) as fetchable
    from explained as e
    left join products as p on p.product = e.product
    left join channels as c on c.channel = e.channel
),
-- Days in a row keep the same distance to their own number.
islands as (
    select
        *,
        day - cast(row_number() over (partition by product, channel, reason, fetchable order by day) as integer) as island
    from judged
)
select
    product,
    channel,
    min(day) as gap_from,
    max(day) as gap_to,
    count(*) as days,
    reason,
    fetchable,
    case when fetchable then format(
        'earful backfill --from {} --to {} --product {} --channel {}', min(day), max(day), product, channel
    ) end as command
from islands
group by product, channel, reason, fetchable, island
order by product, channel, gap_from;

comment on view coverage_gaps is 'One row per run of days that a channel does not cover in full, or brought so few posts for that the count is doubted, from its first asked day to its last finished one (or the channel''s end), with the command that asks again.';
comment on column coverage_gaps.product is 'Product slug.';
comment on column coverage_gaps.channel is 'Configured way into a source.';
comment on column coverage_gaps.gap_from is 'First day of the gap.';
comment on column coverage_gaps.gap_to is 'Last day of the gap, itself missing too.';
comment on column coverage_gaps.days is 'Number of days.';
comment on column coverage_gaps.reason is 'Why the newest window that asked did not bring them: failed, still being pulled, no more to be had from the source, not known whether whole, nobody asked, or suspected.';
comment on column coverage_gaps.fetchable is 'False where asking again cannot help: the service lists no further back, or brought the same part of the day twice, or the configuration lists its product or channel no more. `earful backfill --gaps` asks for the others.';
comment on column coverage_gaps.command is 'The command that tries to fill the gap; null where it cannot be filled (see fetchable).';
