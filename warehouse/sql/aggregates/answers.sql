-- What landed for a channel and product, in few rows that mean the same (coverage.LandedWindow): the first whole answer, the spans
-- that all whole ones cover together (nights follow one another, so these are few), and, each by itself, those of which a
-- part did not come. What covered anything first comes first.
with landed as (
    select
        rowid as no, asked_from, asked_to, reached, until, capped, missing, landed_at,
        coalesce(reached < until and reached <= asked_from and coalesce(len(missing), 0) = 0, false) as whole
    from coverage
    where status = 'ok' and channel = $channel and product = $product
),
first_whole as (
    select landed_at, no
    from landed
    where whole
    order by landed_at, no
    limit 1
),
begun as (
    select
        reached, until,
        coalesce(
            reached > max(until) over (order by reached, until rows between unbounded preceding and 1 preceding), true
        ) as begins
    from landed
    where whole
),
numbered as (
    select
        reached, until,
        count(*) filter (where begins) over (order by reached, until rows unbounded preceding) as island
    from begun
),
condensed as (
    select
        case when w.no is null or (l.landed_at, l.no) <= (w.landed_at, w.no) then 0 else 2 end as part,
        l.landed_at, l.no, l.asked_from, l.asked_to, l.reached, l.until, l.capped, l.missing
    from landed as l
    left join first_whole as w on true
    where not l.whole or l.no = w.no
    union all
    select 1, null, island, min(reached), max(until), min(reached), max(until), false, null
    from numbered
    group by island
)
select asked_from, asked_to, reached, until, capped, missing
from condensed
order by part, landed_at, no
