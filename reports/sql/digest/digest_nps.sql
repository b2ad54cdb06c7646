-- from nps_summary, products
-- One row per product with NPS answers.
select product_name, first_day, last_day, nps, nps_low, nps_high, nps_count, comparison, diverges from nps_summary
where nps_count > 0 and product not in (select product from products where not tracked)
order by product_name
