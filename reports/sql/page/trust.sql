-- from calibration
-- One row per channel, language and kind of number that people gave: how well the text's score agrees with it.
select channel, source, language, "against", rated, n, auc, auc_low, auc_high, mean_high, mean_low, warning, count(*) over () as of_all
from calibration
order by rated desc, channel, language, "against"
limit $most
