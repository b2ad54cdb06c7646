-- one row per post of the channel and product whose words are kept
select rowid as stored, product, title, "text"
from texts
where channel = $channel and product = $product
order by stored
