-- from recovery
-- One row: reviews of the product whose stars or thumbs changed, and those that rose.
select changed, recovered, recovered_share, stars_gained, median_days, answered
from recovery
where product = $product and changed > 0
