-- from level, products
-- One row per comparison of the product's level of the last 28 days: competitors first, then its other channels.
with compared as (
    select
        comparison, coalesce(products.name, nullif(level.channel, ''), '') as with_what, metric, first_day, last_day, days, n, value,
        other_n, other_value, difference, difference_low, difference_high, verdict, new, complete_days, sentence
    from level
    left join products on products.product = level.other
    where level.product = $product
    -- One competitor alone is all of them: said once.
    qualify comparison <> 'competitor' or count(distinct level.other) filter (where comparison = 'competitor') over () > 1
)
select *, count(*) over () as of_all
from compared
order by
    list_position(['competitors', 'competitor', 'other channels'], comparison), with_what,
    list_position(['sentiment', 'stars', 'volume'], metric)
limit $most
