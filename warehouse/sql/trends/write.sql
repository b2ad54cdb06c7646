-- Only what differs in the days $first to $last is written, and its days are to be published: a night changes a few days,
-- and the rest of both files stays as it is. Each row is there once, so `except` need not count how often.

create or replace temp table trend_new as
select * from trend_verdicts
except
select * from verdicts where day between $first and $last;

create or replace temp table trend_old as
select * from verdicts where day between $first and $last
except
select * from trend_verdicts;

delete from verdicts
using trend_old as o
where verdicts.day between $first and $last
    and verdicts.product = o.product and verdicts.day = o.day and verdicts.metric = o.metric
    and verdicts.slice_kind = o.slice_kind and verdicts.channel = o.channel and verdicts.market = o.market
    and verdicts.topic = o.topic and verdicts.app_version = o.app_version;

insert into verdicts
select * from trend_new;

insert into unpublished
select day from trend_new
union
select day from trend_old;
