-- from what_moved, topics
-- One row per topic and channel: its part in the episode's change of the mean, the largest first.
select
    dimension, coalesce(topics.title, value) as title, n, share, mean, share_before, mean_before, within, mix, contribution
from what_moved
left join topics on what_moved.dimension = 'topic' and topics.topic = what_moved.value
where episode = $episode and dimension in ('topic', 'channel') and n > 0
qualify row_number() over (partition by dimension order by abs(contribution) desc, value) <= $most
order by dimension desc, abs(contribution) desc, value
