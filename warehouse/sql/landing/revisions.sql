-- The changes between the versions of posts, after posts are written; no words, and none of votes on a post (likes).

delete from revisions
where channel = $channel and product = $product and old_hash is not null and post_id in (select post_id from telling);

-- one row per seen change
insert into revisions
with ordered as (
    select
        *,
        row_number() over writing as place,
        coalesce(
            content_hash = lag(content_hash) over writing
            and rating is not distinct from lag(rating) over writing
            and nps is not distinct from lag(nps) over writing
            and recommended is not distinct from lag(recommended) over writing,
            false
        ) as same
    from versions
    window writing as (partition by post_id order by written_at, seen_at, content_hash, rating, nps, recommended)
),
numbered as (
    select *, count(*) filter (where not same) over (partition by post_id order by place) as state
    from ordered
),
-- Versions in a row that differ in nothing of this are one state.
states as (
    select
        post_id,
        state,
        max(written_at) as written_at,
        min(seen_at) as seen_at,
        any_value(content_hash) as content_hash,
        any_value(rating) as rating,
        any_value(nps) as nps,
        any_value(recommended) as recommended,
        arg_max(compound, place) as compound
    from numbered
    group by post_id, state
)
select
    $channel, $product, b.post_id, p.day, b.seen_at, b.written_at,
    a.rating, b.rating, a.nps, b.nps, a.recommended, b.recommended, a.compound, b.compound,
    a.content_hash <> b.content_hash, 'edited',
    a.written_at, b.written_at, a.seen_at, a.content_hash, b.content_hash
from states as b
join states as a on a.post_id = b.post_id and a.state = b.state - 1
join posts as p on p.channel = $channel and p.product = $product and p.post_id = b.post_id;
