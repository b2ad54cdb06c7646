-- What was set aside, once per item and reason: the same again only renews the run and the time, so that a broken file
-- that is read every night does not fill the table.

delete from set_aside
using set_aside_now as n
where set_aside.channel = $channel and set_aside.product = $product
    and set_aside.item = n.item and set_aside.reason = n.reason;

insert into set_aside
select $run_id, $channel, $product, item, reason, $now from set_aside_now;
