-- one row per post of the days $first_day to $last_day and the two before them, numbered in order
create or replace temp table guard_texts as
with near as (
    select distinct g.product, cast(unnest(generate_series(g.day - interval 2 day, g.day, interval 1 day)) as date) as day
    from guard_days as g
    where g.day between $first_day and $last_day
)
select
    row_number() over (order by t.product, t.day, t.channel, t.post_id) as no,
    dense_rank() over (order by t.product) as product_no,
    t.product, t.day, t.channel, t.post_id, t.rowid as text_no
from texts as t
join near as n on n.product = t.product and n.day = t.day
-- Said once more for the scan, which skips row groups by it.
where t.day between $first_day - 2 and $last_day;
