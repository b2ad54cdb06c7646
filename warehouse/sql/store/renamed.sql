-- The history of product $old becomes that of $new. Of a post that both have the newer version stays (edited_at, else
-- created_at; of two equals the one that was written later, then that of $new).

-- one row per stored post of either that the other has too: whether it stays, and when the two were first seen
create or replace temp table twice as
with both_have as (
    select channel, post_id
    from posts
    where product in ($old, $new)
    group by channel, post_id
    having count(*) > 1
)
select
    p.rowid as stored, p.channel, p.post_id, p.product, p.content_hash,
    min(p.first_seen_at) over same as first_seen_at,
    row_number() over (
        same order by coalesce(p.edited_at, p.created_at) desc, p.updated_at desc, p.product = $new desc
    ) = 1 as stays
from posts as p
join both_have as b on b.channel = p.channel and b.post_id = p.post_id
where p.product in ($old, $new)
window same as (partition by p.channel, p.post_id);

update posts
set first_seen_at = t.first_seen_at
from twice as t
where posts.rowid = t.stored and t.stays;

delete from posts where rowid in (select stored from twice where not stays);

-- The words of the version that goes stay only where the other has the same ones, and its own are not there.
delete from texts
using twice as t
where texts.channel = t.channel and texts.post_id = t.post_id and texts.product = t.product and not t.stays
    and (
        exists (
            select 1
            from texts as o
            join twice as k on k.channel = o.channel and k.post_id = o.post_id and k.product = o.product and k.stays
            where o.channel = texts.channel and o.post_id = texts.post_id
        )
        or t.content_hash is distinct from (
            select k.content_hash from twice as k where k.channel = t.channel and k.post_id = t.post_id and k.stays
        )
    );

-- Computed from posts and coverage, and so made anew; what a connector remembers of either is true of neither.
delete from daily where product in ($old, $new);

delete from daily_version where product in ($old, $new);

delete from daily_topic where product in ($old, $new);

delete from coverage_daily where product in ($old, $new);

delete from watermarks where product in ($old, $new);

delete from remembered where product in ($old, $new);

delete from daily_robust where product = $old;

delete from daily_spam where product in ($old, $new);

delete from daily_version_spam where product in ($old, $new);

delete from daily_topic_spam where product in ($old, $new);

delete from daily_robust_seen where product = $old;

-- Verdicts are judged anew: the digests of the days that they were made of differ now.
delete from verdicts where product = $old;

delete from products where product = $old;

delete from launches where product = $old;

delete from incidents where product = $old;
