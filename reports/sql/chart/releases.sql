-- from releases, release_effect
-- One row per release, the newest first: the complete days before it beside those from it on, on the same mix.
select
    r.day, r.release, r.kind, e.scope, e.days_before, e.days_after, e.n_before, e.n_after, e.mean_before, e.mean_after,
    e.change, e.change_low, e.change_high, e.verdict, count(*) over () as of_all
from releases as r
left join release_effect as e on e.product = r.product and e.release = r.release and e.scope = 'product'
where r.product = $product and r.day <= $until
order by r.day desc, r.release
limit $most
