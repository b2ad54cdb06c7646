-- one row: posts of the channel and product in the asked days, by the aggregates (few rows, however many posts)
select cast(coalesce(sum(posts), 0) as bigint) as posts
from daily
where channel = $channel and product = $product and day between $first_day and $last_day
