-- one row per window that landed, or failed, at a time that is still to come, by its place: what it claims, and the last time
-- before it (landings are kept in their order) that is past. Up to there the true time of that landing is known to reach.
with ordered as (
    select
        rowid as row_no, channel, source, product, asked_from, asked_to, reached, until, status, landed_at,
        max(landed_at) filter (where landed_at <= $latest)
            over (order by rowid rows between unbounded preceding and 1 preceding) as known_to
    from coverage
)
select row_no, channel, source, product, asked_from, asked_to, reached, until, status, known_to
from ordered
where landed_at > $latest
order by row_no
