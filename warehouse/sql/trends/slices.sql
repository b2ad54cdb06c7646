-- one row per slice, in order, and the number of its set of channels
select s.product, s.slice_kind, s.channel, s.market, s.topic, s.app_version, c.set_no
from trend_slices as s
join trend_sets as c on c.slice_no = s.slice_no
where s.slice_no >= $from and s.slice_no < $to
order by s.slice_no;
