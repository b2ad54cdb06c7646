-- Whole tables come here that no page() saw, so it asks again what page() asks of single records; bounds and words are
-- those of connectors/post.py.

-- one row per staged row that cannot be landed, and why
create or replace temp table refused as
select
    rowid as row_no,
    coalesce(nullif(post_id, ''), '(no id)') as item,
    case
        when coalesce(post_id, '') = '' then $no_id
        when coalesce(source, '') = '' then 'no source'
        when kind is null or not list_contains($kinds, kind) then 'kind is not one of ' || array_to_string($kinds, ', ')
        when created_at is null then 'no created_at'
        when year(created_at) not between $years[1] and $years[2] then format($out_of_years, 'created_at', year(created_at))
        when year(edited_at) not between $years[1] and $years[2] then format($out_of_years, 'edited_at', year(edited_at))
        when rating not between $stars[1] and $stars[2] then format($not_stars, rating)
        when nps not between $scale[1] and $scale[2] then format($not_nps, nps)
        -- 1e12: far above any real count, and low enough that a day's sum of weights stays whole in 64 bits.
        when likes not between -1000000000000 and 1000000000000 then 'likes is out of range'
        when scored and (compound is null or not compound between -1 and 1) then 'scored, but compound is not in [-1, 1]'
        when scored and not coalesce(vader_compound, 0) between -1 and 1 then 'vader_compound is not in [-1, 1]'
        when len(
            list_filter(
                topics,
                lambda t: coalesce(t.topic, '') = '' or not coalesce(t.compound between -1 and 1, false)
                    or coalesce(t.sentences, 0) < 1
            )
        ) > 0 then 'a topic has no name, no sentence, or a compound not in [-1, 1]'
        when len(topics) <> len(list_distinct(list_transform(topics, lambda t: t.topic))) then 'a topic comes twice'
    end as reason
from stage
where reason is not null;
