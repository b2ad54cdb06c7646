-- Only what differs is written: a night changes a few days, and the rest of the file stays as it is.

create or replace temp table trend_new as
select * from trend_verdicts except all select * from verdicts;

create or replace temp table trend_old as
select * from verdicts except all select * from trend_verdicts;

delete from verdicts
using trend_old as o
where verdicts.product = o.product and verdicts.day = o.day and verdicts.metric = o.metric
    and verdicts.slice_kind = o.slice_kind and verdicts.channel = o.channel and verdicts.market = o.market
    and verdicts.topic = o.topic and verdicts.app_version = o.app_version;

insert into verdicts
select * from trend_new;
