-- One row per answered episode: the answer before goes, where there is one.
delete from alarm_answers where episode = $episode;

insert into alarm_answers by name
select
    $episode as episode, $product as product, $metric as metric, $verdict as verdict,
    cast($first_day as date) as first_day, cast($last_day as date) as last_day,
    $answer as answer, $why as why, cast($at as timestamp) as answered_at;
