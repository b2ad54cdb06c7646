insert into rescored
select
    stored, language, scored, unscored_reason,
    -- As when landing: four decimals, null where unscored, topics in one order.
    case when scored then round(compound, 4) end,
    case when scored then positive end,
    case when scored then neutral end,
    case when scored then negative end,
    case when scored then round(vader_compound, 4) end,
    capped,
    case
        when scored then list_sort(
            list_transform(
                topics,
                lambda t: struct_pack(topic := t.topic, "compound" := round(t.compound, 4), sentences := t.sentences)
            )
        )
    end
from scores;
