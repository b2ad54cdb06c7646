-- from emerging_words
-- One row per word or phrase that more people say in the window than in the 56 days before, the strongest first.
select term, authors, all_authors, authors_before, all_authors_before, share, share_before, mean_compound, first_day, last_day
from emerging_words
where product = $product and episode = $episode and direction = 'more'
order by rank
limit $most
