-- from robust_daily
-- One row: the last 28 complete days, each post alike beside one vote an author and a text a day, and beside likes.
with latest as (
    select max(day) as last_day from robust_daily where product = $product and complete and day <= $until
)
select
    l.last_day, cast(sum(r.scored) as bigint) as scored, sum(r.scored * r.mean_compound) / nullif(sum(r.scored), 0) as mean_compound,
    sum(r.votes * r.robust_mean) / nullif(sum(r.votes), 0) as robust_mean, cast(sum(r.repeated) as bigint) as repeated,
    cast(sum(r.prolific) as bigint) as prolific
from latest as l
join robust_daily as r on r.product = $product and r.complete and r.day > l.last_day - 28 and r.day <= l.last_day
group by l.last_day
having sum(r.scored) > 0
