-- one row per calendar day x product
select * from trend
where (cast($products as varchar[]) is null or list_contains(cast($products as varchar[]), product))
    and (cast($first as date) is null or day >= cast($first as date))
    and (cast($last as date) is null or day <= cast($last as date))
order by product, day
