-- The new scores go in. No revision is written: the post did not change, earful's reading of it did. day_changes tells
-- of it by run and day.

insert into day_changes
select
    coalesce((select max_by(run_id, started_at) from runs where kind = 'rescore' and ended_at is null), ''),
    p.channel, p.product, p.day, $now, 'rescored', count(*), count(p.compound),
    count(*) filter (where r.scored),
    cast(coalesce(sum(cast(p.compound as decimal(18, 4))), 0) as double),
    cast(coalesce(sum(cast(r.compound as decimal(18, 4))), 0) as double)
from posts as p
join rescored as r on r.stored = p.rowid
where r.compound is distinct from p.compound or r.scored <> p.scored
group by p.channel, p.product, p.day;

insert into touched
select distinct p.product, p.day
from posts as p
join rescored as r on r.stored = p.rowid;

update posts
set
    language = r.language,
    scored = r.scored,
    unscored_reason = r.unscored_reason,
    compound = r.compound,
    positive = r.positive,
    neutral = r.neutral,
    negative = r.negative,
    vader_compound = r.vader_compound,
    capped = r.capped,
    topics = r.topics,
    scorer_version = $version,
    updated_at = $now
from rescored as r
where posts.rowid = r.stored;
