insert into rescored
select
    stored, language, scored, unscored_reason,
    -- As when landing: four decimals, null where unscored.
    case when scored then round(compound, 4) end,
    case when scored then positive end,
    case when scored then neutral end,
    case when scored then negative end,
    case when scored then round(vader_compound, 4) end,
    capped
from scores;
