-- one row: the days that are not as they were judged, and the last day that has verdicts or anything to judge
select
    (select list(day order by day) from trend_changed),
    (select max(day) from (select day from trend_inputs union all select day from judged_days));
