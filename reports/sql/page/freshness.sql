-- from freshness, products
-- One row per tracked product and channel. A pull of today need not bring more than yesterday in part.
select freshness.product, freshness.product_name, channel, source, last_landed_at, last_post_at, last_complete_day,
    capped, note, posts_28d, suspect_days, suspect_reason, status, error, ended_on,
    case when ends_early then cast(covered_to as date) end as brought_to
from freshness
left join products on products.product = freshness.product
where freshness.tracked
order by products.own desc, freshness.product_name, freshness.product, channel
