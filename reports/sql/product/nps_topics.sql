-- from nps_topics
-- One row per topic that the comments name often enough, the most named first.
select topic_title, nps_count, nps, nps_low, nps_high, mean_compound, mean_low, mean_high, verdict, count(*) over () as of_all
from nps_topics
where product = $product and verdict <> 'not enough posts'
order by nps_count desc, topic_title
limit $most
