-- from this_week
-- One row per product, ours first.
select * exclude (own), own from this_week order by own desc, product_name
