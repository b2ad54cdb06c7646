-- from what_changed, products
-- One row: the episode with its figures and its sentence.
select
    w.episode, w.product, w.product_name, w.own, w.metric, w.verdict, w.slice_kind, w.channel, w.market, w.topic,
    w.app_version, w.first_day, w.last_day, w.alarm_day, w.ongoing, w.days, w.n, w.value, w.baseline, w.change, w.change_low,
    w.change_high, w.causes, w.sentence
from what_changed as w
where w.episode = $episode
