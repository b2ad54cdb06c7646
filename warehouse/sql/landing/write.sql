-- The batch goes in: only new and changed rows are touched.

-- What changed in days that had numbers before, and why: posts that had not been there on a day that was covered, edits,
-- posts that their service dated anew (one row for the day they left, one for the covered day they came to), and scores by
-- another scorer. A state that was never stored (an older version beside its newer one) changed no number.
insert into day_changes
select
    $run_id, $channel, $product, b.day, $now, 'late', count(*), 0, count(s.compound), 0,
    cast(coalesce(sum(cast(s.compound as decimal(18, 4))), 0) as double)
from batch as b
join stage as s on s.rowid = b.row_no
join coverage_daily as k on k.channel = $channel and k.product = $product and k.day = b.day and k.covered_share = 1
where b.row_no not in (select row_no from matched)
group by b.day
union all
select
    $run_id, $channel, $product, m.day, $now,
    case
        when m.text_changed
            or s.rating is distinct from m.old_rating
            or s.nps is distinct from m.old_nps
            or s.recommended is distinct from m.old_recommended
            then 'edited'
        else 'rescored'
    end as reason,
    count(*), count(m.old_compound), count(s.compound),
    cast(coalesce(sum(cast(m.old_compound as decimal(18, 4))), 0) as double),
    cast(coalesce(sum(cast(s.compound as decimal(18, 4))), 0) as double)
from matched as m
join stage as s on s.rowid = m.row_no
where m.verdict = 'changed' and m.day = m.old_day
    and (
        m.text_changed
        or s.rating is distinct from m.old_rating
        or s.nps is distinct from m.old_nps
        or s.recommended is distinct from m.old_recommended
        or s.compound is distinct from m.old_compound
    )
group by m.day, reason
union all
select
    $run_id, $channel, $product, m.old_day, $now, 'moved', count(*), count(m.old_compound), 0,
    cast(coalesce(sum(cast(m.old_compound as decimal(18, 4))), 0) as double), 0
from matched as m
where m.verdict = 'changed' and m.day <> m.old_day
group by m.old_day
union all
select
    $run_id, $channel, $product, m.day, $now, 'moved', count(*), 0, count(s.compound),
    0, cast(coalesce(sum(cast(s.compound as decimal(18, 4))), 0) as double)
from matched as m
join stage as s on s.rowid = m.row_no
join coverage_daily as k on k.channel = $channel and k.product = $product and k.day = m.day and k.covered_share = 1
where m.verdict = 'changed' and m.day <> m.old_day
group by m.day;

-- The days to compute anew: where a post came, changed, or moved away from.
insert into touched
select $product, b.day
from batch as b
left join matched as m on m.row_no = b.row_no
where m.verdict is null or m.verdict = 'changed'
union
select $product, old_day from matched where verdict = 'changed';

delete from posts where rowid in (select stored from matched where verdict = 'changed');

-- Text goes in for new posts and for new words only: a post whose words were dropped by retention, and which comes again
-- with another number of likes, does not get them back.
delete from texts
where channel = $channel and product = $product
    and post_id in (select post_id from matched where verdict = 'changed' and text_changed);

update texts
set day = m.day
from matched as m
where texts.channel = $channel and texts.product = $product and texts.post_id = m.post_id
    and m.verdict = 'changed' and not m.text_changed and m.day <> m.old_day;

insert into posts (
    channel, product, post_id, source, kind, market, created_at, edited_at, day, author, rating, nps,
    recommended, app_version, likes, url, language_hint, reply_count, raw_created, "language", scored,
    unscored_reason, compound, positive, neutral, negative, vader_compound, capped, scorer_version,
    first_seen_at, updated_at, content_hash, topics, spam
)
select
    $channel, $product, s.post_id, s.source, s.kind, s.market, s.created_at, s.edited_at, b.day, s.author, s.rating, s.nps,
    s.recommended, s.app_version, s.likes, s.url, s.language_hint, s.reply_count, s.raw_created, s.language, s.scored,
    s.unscored_reason, s.compound, s.positive, s.neutral, s.negative, s.vader_compound, s.capped, $scorer_version,
    least(m.first_seen_at, $now), $now, s.content_hash, s.topics,
    -- Other words are looked at anew (publishing/spam); the same ones may be gone by then.
    case when not m.text_changed then m.old_spam end
from stage as s
join batch as b on b.row_no = s.rowid
left join matched as m on m.row_no = s.rowid
where m.verdict is null or m.verdict = 'changed';

insert into texts
select $channel, $product, s.post_id, s.source, b.day, s.title, s.text, $now
from stage as s
join batch as b on b.row_no = s.rowid
left join matched as m on m.row_no = s.rowid
where (m.verdict is null or (m.verdict = 'changed' and m.text_changed)) and (s.title <> '' or s.text <> '');

-- When a post was first seen does not depend on the order of landings; whether its day is confirmed rests on it.
insert into touched
select distinct $product, old_day from matched where verdict <> 'changed' and first_seen_at > $now;

update posts
set first_seen_at = $now
where rowid in (select stored from matched where verdict <> 'changed' and first_seen_at > $now);
