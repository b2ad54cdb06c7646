-- Robust sums of the days to compute, $first_day to $last_day: spam has no vote, an author has one a day, and so has a text that several
-- posts share. A post weighs 1 / the greater of its author's posts of the day and the posts of the day that say the same.
-- `clusters` (product, day, channel, post_id, cluster) says which.

delete from daily_robust
where rowid in (
    select r.rowid
    from daily_robust as r
    join guard_days as g on g.product = r.product and g.day = r.day
    where r.day between $first_day and $last_day
);

insert into daily_robust
with facts as (
    select p.product, p.day, p.channel, p.source, p.author, p.scored, p.compound, s.cluster
    from posts as p
    join guard_days as g on g.product = p.product and g.day = p.day
    left join clusters as s
        on s.product = p.product and s.day = p.day and s.channel = p.channel and s.post_id = p.post_id
    -- Said once more for the scan, which skips row groups by it.
    where p.day between $first_day and $last_day and p.spam is null
),
weighed as (
    select
        *,
        case when author is null then 1 else count(*) over (partition by product, day, source, author) end as by_author,
        case when cluster is null then 1 else count(*) over (partition by product, day, cluster) end as alike
    from facts
)
select
    day, product, channel, max(source),
    -- Added as decimals, so that the order of adding does not show; held to nine of them.
    coalesce(round(sum(cast(1.0 / greatest(by_author, alike) as decimal(18, 15))) filter (where scored), 9), 0),
    coalesce(round(sum(cast(compound / greatest(by_author, alike) as decimal(18, 15))) filter (where scored), 9), 0),
    count(*) filter (where alike > 1),
    count(*) filter (where by_author > 1)
from weighed
group by day, product, channel;
