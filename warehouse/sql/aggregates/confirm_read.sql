-- one row per known day of the channel and product, from $first on: its posts, and what was judged of it so far
select
    k.day,
    coalesce(d.posts, 0) as posts,
    k.covered_share = 1 as covered,
    k.usual,
    k.doubt,
    k.suspect
from coverage_daily as k
left join (
    select day, cast(sum(posts) as bigint) as posts
    from daily
    where channel = $channel and product = $product and day >= $first
    group by day
) as d on d.day = k.day
where k.channel = $channel and k.product = $product and k.day >= $first
