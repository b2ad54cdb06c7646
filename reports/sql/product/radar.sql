-- from weakness_radar
-- One row per topic and competitor, the weightiest gap first; those without enough posts are left out.
select
    topic_title, competitor_name, posts, their_posts, negative_share, negative_low, negative_high,
    their_negative_share, their_negative_low, their_negative_high, gap, gap_low, gap_high, verdict,
    topic_share, complaint_gap, complaint_gap_low, complaint_gap_high, complaint_verdict, first_day, last_day, count(*) over () as of_all
from weakness_radar
where product = $product and rank is not null
order by complaint_gap desc, rank, competitor_name
limit $most
