-- from what_changed, products
-- One row per episode (its sentence stands in the section of its product) that reached into the 28 days to $until, alarms first, what goes on (but for the better) before what is over, ours first, the worst first.
select
    episode, product, product_name, own, metric, verdict, slice_kind, channel, market, topic, app_version,
    first_day, last_day, alarm_day, told, answer, answer_why, ongoing, days, n, value, baseline, change, change_low, change_high, within, mix,
    causes, flood, headline, beside, why, elsewhere, sentence, count(*) over () as of_all
from what_changed
where last_day > $until - 28 and alarm_day <= $until and (told or verdict in ('better', 'fewer'))
    and product not in (select product from products where not tracked)
order by told and answer is null desc, ongoing and verdict <> 'better' desc, own desc, list_position(['worse', 'silent', 'flood', 'fewer', 'better'], verdict), change, alarm_day desc, episode
limit $most
