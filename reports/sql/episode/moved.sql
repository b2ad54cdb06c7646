-- from episode_causes
-- One row per part of the episode's change of the mean: those that explain it, then the rest, then what chance may have done.
select
    dimension, label as title, named, same_as, p,
    share as explained, share_low as explained_low, share_high as explained_high,
    n, posts_share as share, mean, posts_share_before as share_before, mean_before, within, mix, contribution
from episode_causes
where episode = $episode and dimension not in ('word', 'release', 'competitor')
-- What is named and the rest add up to the change: none of them is left out.
qualify row_number() over (order by "rank") <= $most or named or dimension = 'rest'
order by "rank"
