-- one row per message that $target is to be sent now, the most urgent first and what was tried least; times UTC
select o.message, coalesce(a.alert, '') as alert, o.attempts
from alert_outbox as o
left join alerts as a on a.alert = o.alert
where o.target = $target and o.status in ('due', 'sending') and coalesce(o.retry_at <= $now, true)
    and not list_contains($tried, o.message)
order by
    o.what = 'summary' desc,
    o.attempts,
    list_position(['failed_night', 'worse', 'silent', 'backlog', 'spam', 'better'], a.kind),
    o.queued_at, o.message
