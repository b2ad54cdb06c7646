-- one row per alert that the message $message tells of: its own, or those of a summary
select
    a.alert, a.kind, a.product, a.subject, a.first_day, a.last_day, a.state, a.detail, a.thread, o.what,
    a.noted_at
from alert_outbox as o
join alerts as a on a.alert = o.alert
where o.message = $message or o.summary = $message
order by list_position(['failed_night', 'worse', 'silent', 'backlog', 'spam', 'better'], a.kind), a.noted_at, a.alert
