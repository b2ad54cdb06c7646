-- The new scores go in. No revision is written: the post did not change, earful's reading of it did, and scorer_version
-- says so for every post and every day.

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
