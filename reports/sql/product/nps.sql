-- from nps_summary
-- One row: the 28 days to the survey's last complete one beside the 28 before, and social sentiment beside both.
select
    first_day, last_day, nps_count, promoters, passives, detractors, nps, nps_low, nps_high, distribution,
    nps_count_before, nps_before, change, change_low, change_high, verdict, social_n, social_mean, social_change,
    social_verdict, diverges, comparison
from nps_summary
where product = $product and nps_count > 0
