-- What the numbers rest on: stretches that did not come.

-- stretches inside [reached, until) that did not come
alter table coverage add column missing struct("start" timestamp, "end" timestamp)[] default [];

-- posts to expect on the day by the channel's own history; null where too little is known
alter table coverage_daily add column usual double;

-- why its count is doubted; stays when the doubt was answered
alter table coverage_daily add column doubt varchar;

-- doubted and not confirmed: not complete, whatever its coverage says
alter table coverage_daily add column suspect boolean default false;

alter table daily add column suspect boolean default false;
