-- The days that were judged anew now are as they were judged.

delete from judged_days
using trend_changed as c
where judged_days.day = c.day;

insert into judged_days
select day, digest
from trend_changed
where digest is not null;
