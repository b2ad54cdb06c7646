-- What a landing tells of the history of posts: their versions, before posts are written. The order in which versions
-- come does not matter: those known are taken together and put in the order in which they were written.

-- one row per post of which this landing shows another version than the stored, or several
create or replace temp table telling as
select distinct post_id
from candidates
where row_no in (select row_no from outdated)
union
select m.post_id
from matched as m
join stage as s on s.rowid = m.row_no
where m.verdict <> 'same'
    and (
        m.text_changed
        or s.rating is distinct from m.old_rating
        or s.nps is distinct from m.old_nps
        or s.recommended is distinct from m.old_recommended
        or m.post_id in (select post_id from revisions where channel = $channel and product = $product)
    )
union
-- The newest version once more, but in an answer from before: it was seen earlier than was known.
select m.post_id
from matched as m
join revisions as r on r.channel = $channel and r.product = $product and r.post_id = m.post_id and r.seen_at > $now
where m.verdict = 'same';

-- one row per version of such a post that is known; where a service dates its versions alike (no time of the edit), one per
-- stretch in which it was seen so: stars that went down and up again are three versions
create or replace temp table versions as
with edited as (
    select * from revisions
    where channel = $channel and product = $product and old_hash is not null
        and post_id in (select post_id from telling)
),
seen as (
    select
        c.post_id, c.version as written_at, $now as seen_at, s.content_hash, s.rating, s.nps, s.recommended, s.compound
    from candidates as c
    join stage as s on s.rowid = c.row_no
    where c.post_id in (select post_id from telling)
    -- Of rows that one answer dates alike only the last counts: the others say nothing of when they held.
    qualify row_number() over (partition by c.post_id, c.version order by c.row_no desc) = 1
    union all
    -- The stored version was seen when its last change was, else when the post was.
    select
        p.post_id, coalesce(p.edited_at, p.created_at), coalesce(t.seen_at, p.first_seen_at), p.content_hash, p.rating,
        p.nps, p.recommended, p.compound
    from posts as p
    join known as k on k.stored = p.rowid
    left join (select post_id, max(seen_at) as seen_at from edited group by post_id) as t on t.post_id = p.post_id
    where p.post_id in (select post_id from telling)
    union all
    select post_id, old_written_at, old_seen_at, old_hash, old_rating, old_nps, old_recommended, old_compound from edited
    union all
    select post_id, new_written_at, seen_at, new_hash, new_rating, new_nps, new_recommended, new_compound from edited
),
marked as (
    select
        *,
        coalesce(
            written_at = lag(written_at) over writing
            and content_hash = lag(content_hash) over writing
            and rating is not distinct from lag(rating) over writing
            and nps is not distinct from lag(nps) over writing
            and recommended is not distinct from lag(recommended) over writing,
            false
        ) as again,
        row_number() over writing as place
    from seen
    window writing as (
        partition by post_id order by written_at, seen_at, content_hash, rating, nps, recommended, compound
    )
),
numbered as (
    select *, count(*) filter (where not again) over (partition by post_id order by place) as version
    from marked
)
select
    post_id,
    any_value(written_at) as written_at,
    min(seen_at) as seen_at,
    any_value(content_hash) as content_hash,
    any_value(rating) as rating,
    any_value(nps) as nps,
    any_value(recommended) as recommended,
    -- A version read again by another scorer: as it was read first.
    arg_min(compound, place) as compound
from numbered
group by post_id, version;
