-- one row per text that the days $first_day to $last_day rest on; `looked`: it may hold a number to call
create or replace temp table spam_read as
with near as (
    select distinct
        product, cast(unnest(generate_series(day - interval 4 day, day + interval 4 day, interval 1 day)) as date) as day
    from spam_days
    where day between $first_day and $last_day
)
select
    t.rowid as text_no, t.product, t.day, t.channel, t.post_id,
    regexp_matches(concat(t.title, chr(10), t."text"), $may_call) as looked,
    -- Different sites that it leads to; only texts with several addresses are read for them.
    case
        when len(t."text") - len(replace(t."text", '://', '')) >= 9
            then len(list_distinct(regexp_extract_all(lower(t."text"), '://([a-z0-9.-]+)', 1)))
        else 0
    end as sites
from texts as t
join near as n on n.product = t.product and n.day = t.day
-- Said once more for the scan, which skips row groups by it.
where t.day between $first_day - 4 and $last_day + 4;
