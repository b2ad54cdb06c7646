-- One row: the episode of this name, as it was published.
select episode, product, metric, verdict, first_day, last_day, told
from what_changed
where episode = $episode
