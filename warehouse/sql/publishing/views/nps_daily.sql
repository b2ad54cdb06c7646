-- one row per day x product that has answers to the NPS question
create view nps_daily as
with per_day as (
    select
        day,
        product,
        cast(sum(nps_count) as bigint) as n,
        cast(sum(nps_promoters) as bigint) as promoters,
        cast(sum(nps_passives) as bigint) as passives,
        cast(sum(nps_detractors) as bigint) as detractors
    from daily
    where nps_count > 0
    group by day, product
),
-- Adjusted Wald (Sauro and Lewis): 3 more answers, 3/4 of a promoter and 3/4 of a detractor among them.
adjusted as (
    select
        *,
        (promoters + 0.75) / cast(n + 3 as double) as p_up,
        (detractors + 0.75) / cast(n + 3 as double) as p_down
    from per_day
),
spread as (
    select
        *,
        p_up - p_down as centre,
        1.959964 * sqrt((p_up + p_down - (p_up - p_down) * (p_up - p_down)) / (n + 3)) as margin
    from adjusted
)
select
    s.day,
    s.product,
    coalesce(p.name, s.product) as product_name,
    s.n as nps_count,
    s.promoters,
    s.passives,
    s.detractors,
    100.0 * (s.promoters - s.detractors) / cast(s.n as double) as nps,
    100.0 * greatest(s.centre - s.margin, -1) as nps_low,
    100.0 * least(s.centre + s.margin, 1) as nps_high,
    coalesce(k.complete, false) as complete
from spread as s
left join products as p on p.product = s.product
left join completeness as k on k.product = s.product and k.day = s.day
order by s.day, s.product;

comment on view nps_daily is 'One row per day x product with NPS answers: the score from -100 to 100 and its 95% interval (adjusted Wald).';
comment on column nps_daily.day is 'Calendar day in the reporting time zone.';
comment on column nps_daily.product is 'Product slug.';
comment on column nps_daily.product_name is 'Product name, for people.';
comment on column nps_daily.nps_count is 'Answers.';
comment on column nps_daily.promoters is 'Answers of 9 or 10.';
comment on column nps_daily.passives is 'Answers of 7 or 8.';
comment on column nps_daily.detractors is 'Answers of 0 to 6.';
comment on column nps_daily.nps is '100 x (promoters - detractors) / answers, -100 to 100.';
comment on column nps_daily.nps_low is 'Lower end of the 95% interval (3 added to n, 3/4 to promoters and to detractors), not below -100.';
comment on column nps_daily.nps_high is 'Upper end of the 95% interval, not above 100.';
comment on column nps_daily.complete is 'True when every channel asked about this day covers all of it.';
