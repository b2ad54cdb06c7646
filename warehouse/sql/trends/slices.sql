-- one row per slice of a product, in order
select slice_no, slice_kind, channel, market, topic, app_version
from trend_slices
where product = $product
order by slice_no;
