-- from verdicts
-- One row per day: the mean of the 56 days before it, and how far from that a day's mean lies by chance (95%).
select day, baseline, (change_high - change_low) / 2 as margin, verdict
from verdicts
where product = $product and slice_kind = 'product' and metric = 'sentiment' and day > $since and day <= $until
order by day
