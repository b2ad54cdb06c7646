-- from share_of_voice
-- One row per product on the newest comparable day: its share of all posts of the 28 days to it, on common channels.
select day, product_name, own, posts_28d, all_posts_28d, days_28d, share_28d, share_low, share_high, channels
from share_of_voice
where comparable and channels <> '' and day = (select max(day) from share_of_voice where comparable and channels <> '' and day <= $until)
order by own desc, share_28d desc, product_name
