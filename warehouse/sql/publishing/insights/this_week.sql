-- one row per product that is tracked: its 7 days to the last complete one beside the 28 before, on the same mix
create table this_week as
with latest as (
    select product, max(day) as last_day
    from coverage_daily
    where complete and product not in (select product from products where not tracked)
    group by product
),
strata as (
    select
        l.product, d.channel, d.market,
        coalesce(sum(d.posts) filter (where d.day > l.last_day - 7), 0) as posts_a,
        coalesce(sum(d.scored) filter (where d.day > l.last_day - 7), 0) as na,
        cast(coalesce(sum(cast(d.compound_sum as decimal(18, 4))) filter (where d.day > l.last_day - 7), 0) as double) as sa,
        cast(coalesce(sum(cast(d.compound_sq_sum as decimal(18, 8))) filter (where d.day > l.last_day - 7), 0) as double) as ssa,
        coalesce(sum(d.negative) filter (where d.day > l.last_day - 7), 0) as negative_a,
        cast(coalesce(sum(cast(d.rating_sum as decimal(18, 4))) filter (where d.day > l.last_day - 7), 0) as double) as stars_a,
        coalesce(sum(d.rating_count) filter (where d.day > l.last_day - 7), 0) as rated_a,
        coalesce(sum(d.posts) filter (where d.day <= l.last_day - 7), 0) as posts_b,
        coalesce(sum(d.scored) filter (where d.day <= l.last_day - 7), 0) as nb,
        cast(coalesce(sum(cast(d.compound_sum as decimal(18, 4))) filter (where d.day <= l.last_day - 7), 0) as double) as sb,
        cast(coalesce(sum(cast(d.compound_sq_sum as decimal(18, 8))) filter (where d.day <= l.last_day - 7), 0) as double) as ssb
    from latest as l
    join daily as d on d.product = l.product and d.complete and d.day > l.last_day - 35 and d.day <= l.last_day
    group by l.product, d.channel, d.market
),
days as (
    select
        l.product,
        count(distinct k.day) filter (where k.day > l.last_day - 7) as days,
        count(distinct k.day) filter (where k.day <= l.last_day - 7) as days_before
    from latest as l
    join coverage_daily as k on k.product = l.product and k.complete and k.day > l.last_day - 35 and k.day <= l.last_day
    group by l.product
),
totals as (
    select
        product, cast(sum(posts_a) as bigint) as posts, cast(sum(na) as bigint) as scored,
        sum(sa order by channel, market) / nullif(sum(na), 0) as mean_compound,
        sum(negative_a) / nullif(sum(na), 0) as negative_share, sum(stars_a) / nullif(sum(rated_a), 0) as rating_mean,
        cast(sum(posts_b) as bigint) as posts_before, cast(sum(nb) as bigint) as scored_before
    from strata
    group by product
),
-- As in release_effect: post-stratified, Welch, and the spread between days; fractions are added in one order.
weighed as (
    select *, (na + nb) / sum(na + nb) over (partition by product) as w
    from strata
    where na >= 2 and nb >= 2
),
summed as (
    select
        product, sum(na) as na, sum(nb) as nb,
        sum(w * sa / na order by channel, market) - sum(w * sb / nb order by channel, market) as change,
        sum(greatest(ssa - sa * sa / na, 0) order by channel, market) / sum(na - 1) * sum(w * w / na order by channel, market) as va,
        sum(na - 1) as df_a,
        sum(greatest(ssb - sb * sb / nb, 0) order by channel, market) / sum(nb - 1) * sum(w * w / nb order by channel, market) as vb,
        sum(nb - 1) as df_b
    from weighed
    group by product
),
spread as (
    select
        s.*,
        s.na >= $enough_posts and s.nb >= $enough_posts as enough,
        sqrt(va + vb + 0.0016 / d.days + 0.0016 / d.days_before)
            * t975(greatest(coalesce(pow(va + vb, 2) / nullif(va * va / df_a + vb * vb / df_b, 0), 1e6), 1)) as margin
    from summed as s
    join days as d on d.product = s.product
)
select
    l.product,
    coalesce(p.name, l.product) as product_name,
    coalesce(p.own, false) as own,
    l.last_day - 6 as first_day,
    l.last_day,
    coalesce(d.days, 0) as days,
    coalesce(d.days_before, 0) as days_before,
    coalesce(t.posts, 0) as posts,
    coalesce(t.scored, 0) as scored,
    t.mean_compound,
    t.negative_share,
    t.rating_mean,
    coalesce(t.posts_before, 0) as posts_before,
    coalesce(t.scored_before, 0) as scored_before,
    case when s.enough then s.change end as change,
    case when s.enough then s.change - s.margin end as change_low,
    case when s.enough then s.change + s.margin end as change_high,
    case
        when not coalesce(s.enough, false) then 'not enough posts'
        when s.change - s.margin > 0 then 'better'
        when s.change + s.margin < 0 then 'worse'
        else 'no real change'
    end as verdict
from latest as l
left join days as d on d.product = l.product
left join totals as t on t.product = l.product
left join spread as s on s.product = l.product
left join products as p on p.product = l.product
order by own desc, l.product;

comment on table this_week is 'One row per product: the 7 days to its last complete one beside the 28 before, channels and markets weighing the same on both sides. Complete days only.';
comment on column this_week.product is 'Product slug.';
comment on column this_week.product_name is 'Product name, for people.';
comment on column this_week.own is 'True for our own product, false for a competitor''s.';
comment on column this_week.first_day is 'First of the 7 days.';
comment on column this_week.last_day is 'Last of them.';
comment on column this_week.days is 'Days of the 7 that a channel covers whole.';
comment on column this_week.days_before is 'Days of the 28 before that a channel covers whole.';
comment on column this_week.posts is 'Posts of the 7 days.';
comment on column this_week.scored is 'Those of them with a score.';
comment on column this_week.mean_compound is 'Their mean compound, in [-1, 1]; null without any.';
comment on column this_week.negative_share is 'Negative posts as a share of the scored, 0 to 1.';
comment on column this_week.rating_mean is 'Their mean star rating, 1 to 5; null without any.';
comment on column this_week.posts_before is 'Posts of the 28 days before.';
comment on column this_week.scored_before is 'Those of them with a score.';
comment on column this_week.change is 'How much higher the mean is than in the 28 days before, on the same mix; null where there are not enough posts.';
comment on column this_week.change_low is 'Lower end of its 95% interval (Welch, stratified; with the spread of 0.04 between days).';
comment on column this_week.change_high is 'Upper end of its 95% interval.';
comment on column this_week.verdict is 'better, worse, no real change, or not enough posts (fewer than $enough_posts scored on a side).';
