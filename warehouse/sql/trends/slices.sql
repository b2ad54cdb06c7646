-- one row per slice of a product, in order, and the number of its set of channels
select s.slice_kind, s.channel, s.market, s.topic, s.app_version, c.set_no
from trend_slices as s
join trend_sets as c on c.product = s.product and c.slice_no = s.slice_no
where s.product = $product
order by s.slice_no;
