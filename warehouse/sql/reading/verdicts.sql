-- one row per day x slice x metric
select * from verdicts
where (cast($products as varchar[]) is null or list_contains(cast($products as varchar[]), product))
    and (cast($first as date) is null or day >= cast($first as date))
    and (cast($last as date) is null or day <= cast($last as date))
order by product, day, slice_kind, channel, market, topic, app_version, metric
