-- one row per product and day asked for that has posts: its mean over all channels, as daily_sentiment has it
with asked as (
    select unnest($products) as product, unnest($first_days) as first_day, unnest($last_days) as last_day
)
select
    d.product,
    d.day,
    cast(sum(d.scored) as bigint) as scored,
    sum(cast(d.compound_sum as decimal(18, 4))) / nullif(cast(sum(d.scored) as bigint), 0) as mean_compound
from daily as d
where exists (
    select 1 from asked as a where a.product = d.product and d.day between a.first_day and a.last_day
)
group by d.product, d.day
order by d.product, d.day;
