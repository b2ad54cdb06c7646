-- one row per channel x language x what people said in numbers (stars, nps, recommended), over the last 365 days
create table calibration as
-- Scores have four decimals, so there are at most 20,001 of them: whole numbers (score, in ten thousandths) are exact to add
-- in any order, and counts (c) stand for posts from the first step on.
with spoken as materialized (
    select
        channel, any_value(source) as source, coalesce(language, '') as language,
        scored, cast(round(compound * 1e4) as integer) as score, rating, nps, recommended, count(*) as c
    from posts
    where day > (select max(day) - 365 from daily)
        and (rating is not null or nps is not null or recommended is not null)
        and coalesce(unscored_reason, '') not in ('no text', 'says nothing')
    group by all
),
-- One row per channel x language x what people said, by number.
slices as materialized (
    select row_number() over () as slice_no, t.*, a."against"
    from (select channel, any_value(source) as source, language from spoken group by channel, language) as t
    cross join (select unnest(['stars', 'nps', 'recommended']) as "against") as a
),
rated as materialized (
    select s.slice_no, p.scored, p.score, p.c, p.rating as "value", case when p.rating >= 4 then 1 when p.rating <= 2 then 0 end as side
    from spoken as p
    join slices as s on s.channel = p.channel and s.language = p.language and s."against" = 'stars'
    where p.rating is not null
    union all
    select s.slice_no, p.scored, p.score, p.c, cast(p.nps as integer), case when p.nps >= 9 then 1 when p.nps <= 6 then 0 end
    from spoken as p
    join slices as s on s.channel = p.channel and s.language = p.language and s."against" = 'nps'
    where p.nps is not null
    union all
    select s.slice_no, p.scored, p.score, p.c, cast(p.recommended as integer), cast(p.recommended as integer)
    from spoken as p
    join slices as s on s.channel = p.channel and s.language = p.language and s."against" = 'recommended'
    where p.recommended is not null
),
cells as materialized (
    select slice_no, score, "value", side, sum(c) as c
    from rated
    where scored
    group by all
),
levels as (
    select
        slice_no, score,
        coalesce(sum(c) filter (where side = 1), 0) as high, coalesce(sum(c) filter (where side = 0), 0) as low, sum(c) as c
    from cells
    group by slice_no, score
),
below as materialized (
    select
        *,
        coalesce(sum(low) over lower_scores, 0) as low_below,
        coalesce(sum(c) over lower_scores, 0) + (c + 1) / 2.0 as rank_score
    from levels
    window lower_scores as (partition by slice_no order by score rows between unbounded preceding and 1 preceding)
),
-- The area under the ROC curve: how often the score of somebody content is above that of somebody not, ties half
-- (Mann and Whitney 1947).
areas as (
    select
        slice_no, sum(c) as n, sum(high) as highs, sum(low) as lows,
        sum(high * (low_below + low / 2.0) order by score) / nullif(sum(high) * sum(low), 0) as auc
    from below
    group by slice_no
),
value_ranks as (
    select
        slice_no, "value",
        coalesce(sum(sum(c)) over (partition by slice_no order by "value" rows between unbounded preceding and 1 preceding), 0)
            + (sum(c) + 1) / 2.0 as rank_value
    from cells
    group by slice_no, "value"
),
-- Spearman's rank correlation with mean ranks for ties; the mean of n ranks is (n + 1) / 2.
ranked as (
    select c.slice_no, c.score, c."value", c.c, b.rank_score - (a.n + 1) / 2.0 as x, v.rank_value - (a.n + 1) / 2.0 as y
    from cells as c
    join below as b on b.slice_no = c.slice_no and b.score = c.score
    join value_ranks as v on v.slice_no = c.slice_no and v."value" = c."value"
    join areas as a on a.slice_no = c.slice_no
),
correlations as (
    select
        slice_no,
        sum(c * x * y order by score, "value")
            / nullif(sqrt(sum(c * x * x order by score, "value") * sum(c * y * y order by score, "value")), 0) as spearman
    from ranked
    group by slice_no
),
totals as (
    select
        slice_no, cast(sum(c) as bigint) as rated, cast(coalesce(sum(c) filter (where scored), 0) as bigint) as n,
        sum(c * score) / 1e4 / sum(c) filter (where scored) as mean_compound,
        sum(c * score) filter (where round("value") = 1) / 1e4 / sum(c) filter (where scored and round("value") = 1) as mean_1,
        sum(c * score) filter (where round("value") = 2) / 1e4 / sum(c) filter (where scored and round("value") = 2) as mean_2,
        sum(c * score) filter (where round("value") = 3) / 1e4 / sum(c) filter (where scored and round("value") = 3) as mean_3,
        sum(c * score) filter (where round("value") = 4) / 1e4 / sum(c) filter (where scored and round("value") = 4) as mean_4,
        sum(c * score) filter (where round("value") = 5) / 1e4 / sum(c) filter (where scored and round("value") = 5) as mean_5,
        sum(c * score) filter (where side = 0) / 1e4 / sum(c) filter (where scored and side = 0) as mean_low,
        sum(c * score) filter (where side = 1) / 1e4 / sum(c) filter (where scored and side = 1) as mean_high
    from rated
    group by slice_no
),
-- The standard error of the area by Hanley and McNeil (1982).
judged as (
    select
        s.channel, s.source, s.language, s."against", t.*,
        coalesce(cast(a.highs as bigint), 0) as highs, coalesce(cast(a.lows as bigint), 0) as lows,
        a.auc, r.spearman,
        1.959964 * sqrt(
            greatest(
                a.auc * (1 - a.auc)
                    + (a.highs - 1) * (a.auc / (2 - a.auc) - a.auc * a.auc)
                    + (a.lows - 1) * (2 * a.auc * a.auc / (1 + a.auc) - a.auc * a.auc),
                0
            ) / nullif(a.highs * a.lows, 0)
        ) as margin
    from totals as t
    join slices as s on s.slice_no = t.slice_no
    left join areas as a on a.slice_no = t.slice_no
    left join correlations as r on r.slice_no = t.slice_no
)
select
    channel,
    source,
    language,
    "against",
    rated,
    n,
    spearman,
    auc,
    case when auc is not null then greatest(auc - margin, 0) end as auc_low,
    case when auc is not null then least(auc + margin, 1) end as auc_high,
    highs as n_high,
    lows as n_low,
    mean_high,
    mean_low,
    case when "against" = 'stars' then mean_1 end as mean_1,
    case when "against" = 'stars' then mean_2 end as mean_2,
    case when "against" = 'stars' then mean_3 end as mean_3,
    case when "against" = 'stars' then mean_4 end as mean_4,
    case when "against" = 'stars' then mean_5 end as mean_5,
    mean_compound,
    case
        when n = 0 then 'not scored: the scorer does not read this language'
        when highs < 30 or lows < 30 then 'too few to tell: fewer than 30 on a side'
        when auc < 0.65 then 'do not trust the score here: it hardly agrees with what people gave'
        when mean_high <= mean_low then 'do not trust the score here: the discontented score no lower'
        else ''
    end as warning
from judged
order by channel, rated desc, language, "against";

comment on table calibration is 'One row per channel x language x kind of number that people gave, last 365 days: how far the text''s score agrees with it.';
comment on column calibration.channel is 'Configured way into a source.';
comment on column calibration.source is 'Kind of service.';
comment on column calibration.language is 'Language of the text by our gate (ISO 639-1).';
comment on column calibration."against" is 'stars (1 to 5), nps (0 to 10) or recommended (yes or no).';
comment on column calibration.rated is 'Posts with text and with that number, scored or not.';
comment on column calibration.n is 'Those of them with a score.';
comment on column calibration.spearman is 'Spearman''s rank correlation of score and number, -1 to 1; null where all are alike.';
comment on column calibration.auc is 'How often the score of somebody content (4 or 5 stars, 9 or 10, yes) is above that of somebody discontented (1 or 2, 0 to 6, no); ties half. 0.5 is chance.';
comment on column calibration.auc_low is 'Lower end of its 95% interval (Hanley and McNeil 1982).';
comment on column calibration.auc_high is 'Upper end of its 95% interval.';
comment on column calibration.n_high is 'Scored posts of the content.';
comment on column calibration.n_low is 'Scored posts of the discontented.';
comment on column calibration.mean_high is 'Mean compound of the content.';
comment on column calibration.mean_low is 'Mean compound of the discontented.';
comment on column calibration.mean_1 is 'Mean compound of one-star posts; null for other numbers.';
comment on column calibration.mean_2 is 'Mean compound of two-star posts.';
comment on column calibration.mean_3 is 'Mean compound of three-star posts.';
comment on column calibration.mean_4 is 'Mean compound of four-star posts.';
comment on column calibration.mean_5 is 'Mean compound of five-star posts.';
comment on column calibration.mean_compound is 'Mean compound of all n.';
comment on column calibration.warning is 'Why not to trust the score here, in words; empty where it may be trusted (AUC 0.65 or more, 30 or more on each side).';
