-- from share_of_voice
-- One row per product: its share on the last day that all could be compared.
select product_name, own, share_28d, share_low, share_high, posts_28d, days_28d, day
from share_of_voice
where comparable and products > 1 and share_28d is not null
    and day = (select max(day) from share_of_voice where comparable and products > 1)
order by share_28d desc, product_name
