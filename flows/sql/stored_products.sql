-- One row per product that the published file tells of: its posts, and the last day that has any.
select product, coalesce(sum(posts), 0) as posts, max(day) as last_day
from (
    select product, posts, day from daily
    union all
    select product, 0, null from products
)
group by product
order by product
