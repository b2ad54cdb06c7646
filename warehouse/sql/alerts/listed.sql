-- one row per message of the last $days days, and every one that is not delivered yet; newest first
select
    o.message, o.target, coalesce(a.kind, 'summary') as kind, coalesce(a.product, '') as product,
    coalesce(a.subject, '') as subject, o.what, o.status, o.attempts, o.queued_at, o.tried_at, o.retry_at, o.delivered_at,
    coalesce(o.error, '') as error
from alert_outbox as o
left join alerts as a on a.alert = o.alert
where o.status in ('due', 'sending', 'summed') or o.queued_at > $now - to_days(cast($days as integer))
order by o.queued_at desc, o.target, o.message
