-- from incidents
-- One row per incident of the configuration, the newest first.
select day, name
from incidents
where product = $product and day > $since and day <= $until
order by day desc, name
