-- from verdicts, products
-- One row per product: on how many of the seven days before $until it was judged as a whole.
select p.product, coalesce(p.name, p.product) as product_name, count(distinct v.day) as judged_days
from products as p
left join verdicts as v
    on v.product = p.product and v.slice_kind = 'product' and v.metric in ('sentiment', 'volume')
    and v.verdict in ('worse', 'better', 'no real change', 'flood', 'fewer') and v.day >= $until - 7 and v.day < $until
where coalesce(p.tracked, true)
group by p.product, product_name, p.own
order by p.own desc, product_name, p.product
