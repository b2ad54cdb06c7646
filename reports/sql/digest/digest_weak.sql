-- from weakness_radar
-- One row per own product x competitor x topic where we are really weaker, the three that weigh most of each product.
select
    product_name, competitor_name, topic_title, complaint_share, their_complaint_share, complaint_gap, complaint_gap_low,
    complaint_gap_high
from weakness_radar
where complaint_verdict = 'weaker'
qualify row_number() over (partition by product order by complaint_gap desc, competitor, topic) <= 3
order by product_name, complaint_gap desc, competitor_name, topic_title
