-- Messages that have nothing left to tell: whoever erases a product erases its alerts.
update alert_outbox
set status = 'dropped', error = 'what it told of was erased'
where status in ('due', 'sending', 'summed') and alert not in (select alert from alerts);

update alert_outbox
set status = 'dropped', error = 'what it told of was erased'
where status in ('due', 'sending') and what = 'summary'
    and not exists (from alert_outbox as o where o.summary = alert_outbox.message and o.status = 'summed');
