-- one row per post of the batch that is stored already: whether it is older, same or changed. $first_day to $last_day are
-- the stored days of `known`: the wide columns are read for those only.
create or replace temp table matched as
select
    k.row_no,
    k.post_id,
    k.day,
    k.stored,
    k.old_day,
    p.first_seen_at,
    case
        when k.version < coalesce(p.edited_at, p.created_at) then 'older'
        when s.source is not distinct from p.source
            and s.kind is not distinct from p.kind
            and s.market is not distinct from p.market
            and s.created_at is not distinct from p.created_at
            and s.edited_at is not distinct from p.edited_at
            and s.author is not distinct from p.author
            and s.content_hash is not distinct from p.content_hash
            and s.rating is not distinct from p.rating
            and s.nps is not distinct from p.nps
            and s.recommended is not distinct from p.recommended
            and s.app_version is not distinct from p.app_version
            and s.likes is not distinct from p.likes
            and s.url is not distinct from p.url
            and s.language_hint is not distinct from p.language_hint
            and s.reply_count is not distinct from p.reply_count
            and s.raw_created is not distinct from p.raw_created
            and s.language is not distinct from p.language
            and s.scored is not distinct from p.scored
            and s.unscored_reason is not distinct from p.unscored_reason
            and s.compound is not distinct from p.compound
            and s.positive is not distinct from p.positive
            and s.neutral is not distinct from p.neutral
            and s.negative is not distinct from p.negative
            and s.vader_compound is not distinct from p.vader_compound
            and s.capped is not distinct from p.capped
            and s.topics is not distinct from p.topics
            and p.scorer_version = $scorer_version
            then 'same'
        -- Two answers that date a post alike differ by when they were given, not by which of them lands first.
        when k.version = coalesce(p.edited_at, p.created_at) and $now < p.updated_at then 'older'
        else 'changed'
    end as verdict,
    s.content_hash <> p.content_hash as text_changed,
    p.rating as old_rating,
    p.nps as old_nps,
    p.recommended as old_recommended,
    p.compound as old_compound,
    p.spam as old_spam
from known as k
join stage as s on s.rowid = k.row_no
join posts as p on p.rowid = k.stored
where p.day between $first_day and $last_day;
