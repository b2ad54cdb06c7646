-- The incoming rows, typed and in their order (rowid = order of arrival), before any judgement.
-- Times come in with a zone; epoch_us reads them the same whatever zone the session has.

-- one row per incoming row
create or replace temp table stage as
select
    channel,
    product,
    post_id,
    source,
    kind,
    coalesce(market, '') as market,
    make_timestamp(epoch_us(created_at)) as created_at,
    make_timestamp(epoch_us(edited_at)) as edited_at,
    author,
    coalesce(title, '') as title,
    coalesce(text, '') as text,
    round(rating, 4) as rating,
    nps,
    recommended,
    nullif(app_version, '') as app_version,
    likes,
    url,
    language_hint,
    reply_count,
    raw_created,
    language,
    coalesce(scored, false) as scored,
    unscored_reason,
    -- VADER rounds to four decimals; held to them, sums of whole ten-thousandths are exact in any order.
    case when scored then round(compound, 4) end as compound,
    case when scored then positive end as positive,
    case when scored then neutral end as neutral,
    case when scored then negative end as negative,
    case when scored then round(vader_compound, 4) end as vader_compound,
    coalesce(capped, false) as capped,
    -- In one order and held to four decimals, so that the same topics are the same value.
    case
        when scored then list_sort(
            list_transform(
                topics,
                lambda t: struct_pack(topic := t.topic, "compound" := round(t.compound, 4), sentences := t.sentences)
            )
        )
    end as topics,
    md5_number_lower(coalesce(title, '') || chr(31) || coalesce(text, '')) as content_hash
from incoming;
