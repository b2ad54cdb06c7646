-- Times of our own clock that are still to come, set to $at: the moment before the run that mends them. Left as they are they
-- would win over what is written from now on (another version of a post, another secret), keep words longer than retention
-- allows, or keep posts out that were written since.

insert into unpublished
select day from posts where updated_at > $latest or first_seen_at > $latest
union
select day from daily where updated_at > $latest;

update daily set updated_at = $at where updated_at > $latest;

update daily_version set updated_at = $at where updated_at > $latest;

update daily_topic set updated_at = $at where updated_at > $latest;

update posts set updated_at = $at where updated_at > $latest;

update posts set first_seen_at = $at where first_seen_at > $latest;

update texts set seen_at = $at where seen_at > $latest;

update revisions set seen_at = $at where seen_at > $latest;

update revisions set old_seen_at = $at where old_seen_at > $latest;

update day_changes set seen_at = $at where seen_at > $latest;

-- What was erased for good stays out up to the year 9999.
update tombstones set gone_at = $at where gone_at > $latest and gone_at < $for_good;

update checks set checked_at = $at where checked_at > $latest;

update set_aside set "at" = $at where "at" > $latest;

update erasures set "at" = $at where "at" > $latest;

update erasures set finished_at = $at where finished_at > $latest;

update forgotten_products set "at" = $at where "at" > $latest;

update forgotten_authors set "at" = $at where "at" > $latest;

update excluded_authors set "at" = $at where "at" > $latest;

update alarm_answers set answered_at = $at where answered_at > $latest;

-- What was remembered of a source then would be believed once that time comes.
delete from remembered where noted_at > $latest;

-- A message that was refused then, or of which nobody knows, would be tried again in the time that the clock had.
update alert_outbox set retry_at = $at where retry_at > $latest and tried_at > $latest;

update alert_outbox set tried_at = $at where tried_at > $latest;

update alert_outbox set queued_at = $at where queued_at > $latest;

update alert_outbox set delivered_at = $at where delivered_at > $latest;

update alerts set noted_at = $at where noted_at > $latest;

update secrets set since = $at where since > $latest;

update runs set started_at = $at where started_at > $latest;

update runs set ended_at = $at where ended_at > $latest;
