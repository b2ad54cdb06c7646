-- What the numbers rest on: stretches that did not come.

-- stretches inside [reached, until) that did not come
alter table coverage add column missing struct("start" timestamp, "end" timestamp)[] default [];
