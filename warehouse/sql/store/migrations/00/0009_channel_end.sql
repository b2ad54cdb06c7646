-- the last day (reporting time zone, included) that a channel is meant to bring; null while it goes on
alter table channels add column last_day date;
