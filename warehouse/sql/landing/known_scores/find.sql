-- one row per row of `asked` whose post is known with the same words: its place there, and its scores. `asked` is a part of
-- a pull; its times leave out most of the file where that is in their order.
select
    a.place, k.language, k.scored, k.unscored_reason, k."compound", k.positive, k.neutral, k.negative, k.vader_compound,
    k.capped, k.topics
from asked as a
join read_parquet($path) as k
    on k.post_id = a.post_id
    and k.content_hash = md5_number_lower(coalesce(a.title, '') || chr(31) || coalesce(a.text, ''))
    and k.language_hint is not distinct from a.language_hint
where k.created_at between $first and $last
order by a.place
