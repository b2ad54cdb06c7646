-- one row per product with NPS answers: the 28 days to the last complete one beside the 28 before, and social beside both
create table nps_summary as
with asks as (
    select distinct product, channel from daily where nps_count > 0
),
latest as (
    select a.product, max(k.day) as last_day
    from asks as a
    join coverage_daily as k on k.product = a.product and k.channel = a.channel and k.complete
    group by a.product
),
answers as (
    select
        d.product, d.day > l.last_day - 28 as is_now, d.day, d.channel, d.nps_count, d.nps_promoters, d.nps_passives, d.nps_detractors
    from latest as l
    join daily as d on d.product = l.product and d.complete and d.nps_count > 0
        and d.day > l.last_day - 56 and d.day <= l.last_day
),
counted as (
    select
        product,
        coalesce(sum(nps_count) filter (where is_now), 0) as n,
        coalesce(sum(nps_promoters) filter (where is_now), 0) as up,
        coalesce(sum(nps_passives) filter (where is_now), 0) as passive,
        coalesce(sum(nps_detractors) filter (where is_now), 0) as down,
        coalesce(sum(nps_count) filter (where not is_now), 0) as n0,
        coalesce(sum(nps_promoters) filter (where not is_now), 0) as up0,
        coalesce(sum(nps_detractors) filter (where not is_now), 0) as down0
    from answers
    group by product
),
-- How many gave each answer from 0 to 10, on the same complete days.
given as (
    select l.product, p.nps as answer, count(*) as c
    from latest as l
    join posts as p on p.product = l.product and p.nps is not null and p.day > l.last_day - 28 and p.day <= l.last_day
    join coverage_daily as k on k.product = p.product and k.channel = p.channel and k.day = p.day and k.complete
    group by l.product, p.nps
),
scale as (
    select l.product, s.answer, coalesce(g.c, 0) as c
    from latest as l
    cross join (select unnest(range(0, 11)) as answer) as s
    left join given as g on g.product = l.product and g.answer = s.answer
),
distributions as (
    select product, list(cast(c as bigint) order by answer) as distribution
    from scale
    group by product
),
-- Social: what was not asked for. Each channel and market weighs the same in both windows, as in release_effect. Sums of
-- fractions have an order: the same store gives the same bits.
social_strata as (
    select
        l.product, d.channel, d.market,
        coalesce(sum(d.scored) filter (where d.day > l.last_day - 28), 0) as na,
        cast(coalesce(sum(cast(d.compound_sum as decimal(18, 4))) filter (where d.day > l.last_day - 28), 0) as double) as sa,
        cast(coalesce(sum(cast(d.compound_sq_sum as decimal(18, 8))) filter (where d.day > l.last_day - 28), 0) as double) as ssa,
        coalesce(sum(d.scored) filter (where d.day <= l.last_day - 28), 0) as nb,
        cast(coalesce(sum(cast(d.compound_sum as decimal(18, 4))) filter (where d.day <= l.last_day - 28), 0) as double) as sb,
        cast(coalesce(sum(cast(d.compound_sq_sum as decimal(18, 8))) filter (where d.day <= l.last_day - 28), 0) as double) as ssb,
        count(distinct d.day) filter (where d.day > l.last_day - 28) as days_a,
        count(distinct d.day) filter (where d.day <= l.last_day - 28) as days_b
    from latest as l
    join daily as d on d.product = l.product and d.complete and d.day > l.last_day - 56 and d.day <= l.last_day
    anti join asks as a on a.product = d.product and a.channel = d.channel
    group by l.product, d.channel, d.market
),
social_weighed as (
    select *, (na + nb) / sum(na + nb) over (partition by product) as w
    from social_strata
    where na >= 2 and nb >= 2
),
social as (
    select
        product, cast(sum(na) as bigint) as n, cast(sum(nb) as bigint) as n0,
        sum(w * sa / na order by channel, market) as mean,
        sum(w * sa / na order by channel, market) - sum(w * sb / nb order by channel, market) as change,
        1.959964 * sqrt(
            sum(greatest(ssa - sa * sa / na, 0) order by channel, market) / sum(na - 1) * sum(w * w / na order by channel, market)
                + sum(greatest(ssb - sb * sb / nb, 0) order by channel, market) / sum(nb - 1)
                    * sum(w * w / nb order by channel, market)
                + 0.0016 / max(days_a) + 0.0016 / max(days_b)
        ) as margin
    from social_weighed
    group by product
),
-- The change's interval: the two intervals' distances squared and added (Newcombe 1998; Zou and Donner 2008).
scored as (
    select
        *,
        100.0 * (up - down) / nullif(n, 0) as nps,
        100 * greatest(nps_mid(up, down, n) - nps_margin(up, down, n), -1) as nps_low,
        100 * least(nps_mid(up, down, n) + nps_margin(up, down, n), 1) as nps_high,
        100.0 * (up0 - down0) / nullif(n0, 0) as nps0,
        100 * (nps_mid(up, down, n) - nps_mid(up0, down0, n0)) as shift,
        100 * sqrt(pow(nps_margin(up, down, n), 2) + pow(nps_margin(up0, down0, n0), 2)) as shift_margin
    from counted
),
judged as (
    select
        l.product, l.last_day, c.*  exclude (product),
        s.n as social_n, s.mean as social_mean, s.change as social_change, s.change - s.margin as social_low,
        s.change + s.margin as social_high,
        case
            when c.n < $enough_posts or c.n0 < $enough_posts then 'not enough posts'
            when c.shift - c.shift_margin > 0 then 'better'
            when c.shift + c.shift_margin < 0 then 'worse'
            else 'no real change'
        end as verdict,
        case
            when coalesce(s.n, 0) < $enough_posts or coalesce(s.n0, 0) < $enough_posts then 'not enough posts'
            when s.change - s.margin > 0 then 'better'
            when s.change + s.margin < 0 then 'worse'
            else 'no real change'
        end as social_verdict
    from latest as l
    join scored as c on c.product = l.product
    left join social as s on s.product = l.product
)
select
    j.product,
    coalesce(p.name, j.product) as product_name,
    j.last_day - 27 as first_day,
    j.last_day,
    cast(j.n as bigint) as nps_count,
    cast(j.up as bigint) as promoters,
    cast(j.passive as bigint) as passives,
    cast(j.down as bigint) as detractors,
    j.nps,
    case when j.n > 0 then j.nps_low end as nps_low,
    case when j.n > 0 then j.nps_high end as nps_high,
    d.distribution,
    cast(j.n0 as bigint) as nps_count_before,
    j.nps0 as nps_before,
    case when j.verdict <> 'not enough posts' then j.nps - j.nps0 end as change,
    case when j.verdict <> 'not enough posts' then greatest(j.shift - j.shift_margin, -200) end as change_low,
    case when j.verdict <> 'not enough posts' then least(j.shift + j.shift_margin, 200) end as change_high,
    j.verdict,
    coalesce(j.social_n, 0) as social_n,
    j.social_mean,
    case when j.social_verdict <> 'not enough posts' then j.social_change end as social_change,
    case when j.social_verdict <> 'not enough posts' then j.social_low end as social_change_low,
    case when j.social_verdict <> 'not enough posts' then j.social_high end as social_change_high,
    j.social_verdict,
    j.verdict <> j.social_verdict and 'not enough posts' not in (j.verdict, j.social_verdict) as diverges,
    case
        when 'not enough posts' in (j.verdict, j.social_verdict) then 'not enough posts to compare NPS with social sentiment'
        else
            case j.verdict
                when 'better' then printf('NPS rose by %.0f (%.0f to %.0f)', j.nps - j.nps0, j.shift - j.shift_margin, j.shift + j.shift_margin)
                when 'worse' then printf('NPS fell by %.0f (%.0f to %.0f)', abs(j.nps - j.nps0), abs(j.shift + j.shift_margin), abs(j.shift - j.shift_margin))
                else printf('NPS shows no real change (%+.0f to %+.0f)', j.shift - j.shift_margin, j.shift + j.shift_margin)
            end
            || case
                when j.verdict = j.social_verdict then ', and '
                when 'no real change' in (j.verdict, j.social_verdict) then ', but '
                else ', while '
            end
            || case j.social_verdict
                when 'better' then printf('social sentiment rose by %.2f (%.2f to %.2f)', j.social_change, j.social_low, j.social_high)
                when 'worse' then printf('social sentiment fell by %.2f (%.2f to %.2f)', abs(j.social_change), abs(j.social_high), abs(j.social_low))
                else printf('social sentiment shows no real change (%+.2f to %+.2f)', j.social_low, j.social_high)
            end
    end as comparison
from judged as j
left join distributions as d on d.product = j.product
left join products as p on p.product = j.product
order by j.product;

comment on table nps_summary is 'One row per product with NPS answers: the 28 days to the last complete one, the 28 before, and the social sentiment of the same days. Complete days only.';
comment on column nps_summary.product is 'Product slug.';
comment on column nps_summary.product_name is 'Product name, for people.';
comment on column nps_summary.first_day is 'First of the 28 days.';
comment on column nps_summary.last_day is 'Last of them: the last day that the survey''s channels cover.';
comment on column nps_summary.nps_count is 'Answers.';
comment on column nps_summary.promoters is 'Answers of 9 or 10.';
comment on column nps_summary.passives is 'Answers of 7 or 8.';
comment on column nps_summary.detractors is 'Answers of 0 to 6.';
comment on column nps_summary.nps is '100 x (promoters - detractors) / answers, -100 to 100; null without answers.';
comment on column nps_summary.nps_low is 'Lower end of the 95% interval (adjusted Wald: 3 added to n, 3/4 to promoters and to detractors).';
comment on column nps_summary.nps_high is 'Upper end of the 95% interval.';
comment on column nps_summary.distribution is 'How many gave 0, 1, ... 10: eleven counts in that order.';
comment on column nps_summary.nps_count_before is 'Answers of the 28 days before.';
comment on column nps_summary.nps_before is 'Their score; null without answers.';
comment on column nps_summary.change is 'nps - nps_before; null where there are not enough answers.';
comment on column nps_summary.change_low is 'Lower end of the change''s 95% interval (both intervals'' margins squared and added, Newcombe 1998).';
comment on column nps_summary.change_high is 'Upper end of the change''s 95% interval.';
comment on column nps_summary.verdict is 'better, worse, no real change, or not enough posts (fewer than $enough_posts answers in either window).';
comment on column nps_summary.social_n is 'Scored posts of the same 28 days on channels that ask no NPS.';
comment on column nps_summary.social_mean is 'Their mean compound, channels and markets weighing as in both windows together.';
comment on column nps_summary.social_change is 'social_mean less that of the 28 days before, on the same mix; null where there are not enough posts.';
comment on column nps_summary.social_change_low is 'Lower end of its 95% interval (with the spread of 0.04 between days).';
comment on column nps_summary.social_change_high is 'Upper end of its 95% interval.';
comment on column nps_summary.social_verdict is 'The same four words for social sentiment.';
comment on column nps_summary.diverges is 'True where both have enough posts and their verdicts differ.';
comment on column nps_summary.comparison is 'Both changes in words, with their intervals.';
