-- from bursts
-- One row per burst that reached into the last 28 days, the largest first.
select kind, first_day, last_day, posts, authors, channels, mean_compound, posts_of_days, text, count(*) over () as of_all
from bursts
where product = $product and last_day > $until - 28 and first_day <= $until
order by posts desc, first_day desc, kind
limit $most
