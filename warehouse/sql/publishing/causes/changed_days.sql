-- Causes that rest on a day that changed since are computed anew.
delete from kept_causes
using (select distinct day from unpublished) as u
where u.day between kept_causes.from_day and kept_causes.to_day;
