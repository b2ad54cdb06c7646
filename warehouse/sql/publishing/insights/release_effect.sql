-- one row per product x release x scope x topic: the complete days before beside those after, on the same mix

-- one row per release to compare: those of the last 365 days, and the 20 newest of a product however old. What older ones
-- changed is long known, and a store of years is not compared anew each night.
create or replace temp table late_releases as
select row_number() over () as release_no, *
from releases
qualify day > (select max(day) - 365 from daily) or row_number() over (partition by product order by day desc, release) <= 20;

-- one row per release x channel x day that is compared: up to 14 days a side, cut at the neighbouring releases; a channel is
-- in with the days it covers whole
create or replace temp table release_days as
with used as (
    -- A channel whose reviews name versions, but never this one, tells of another platform's releases.
    select r.release_no, r.product, r.release, r.day as release_day, r.version, r.previous_day, r.next_day, c.channel
    from late_releases as r
    join (select distinct product, channel from coverage_daily) as c on c.product = r.product
    where len(r.channels) = 0
        or list_contains(r.channels, c.channel)
        or not exists (
            from releases as o where o.product = c.product and list_contains(o.channels, c.channel)
        )
),
beside as (
    select u.release_no, u.product, u.release, u.release_day, u.version, u.channel, k.day, k.day >= u.release_day as after
    from used as u
    join coverage_daily as k
        on k.product = u.product and k.channel = u.channel and k.complete
        and k.day >= greatest(u.release_day - 28, coalesce(u.previous_day, u.release_day - 28))
        and k.day < least(u.release_day + 28, coalesce(u.next_day, u.release_day + 28))
)
select *
from beside
qualify dense_rank() over (partition by release_no, after order by abs(day - release_day)) <= 14;

-- one row per release x scope x topic x stratum x side. The filters are always true: without them DuckDB sums each market and
-- topic of each day of the store before it joins, for nothing, since each has one row.
create or replace temp table release_strata as
with by_market as (
    select
        d.release_no, 'product' as scope, '' as topic, d.channel || chr(31) || f.market as stratum, d.after,
        sum(f.posts) filter (where d.day is not null) as posts, sum(f.scored) filter (where d.day is not null) as n,
        sum(cast(f.compound_sum as decimal(18, 4))) filter (where d.day is not null) as s,
        sum(cast(f.compound_sq_sum as decimal(18, 8))) filter (where d.day is not null) as ss
    from release_days as d
    join daily as f on f.product = d.product and f.channel = d.channel and f.day = d.day
    group by d.release_no, d.channel, f.market, d.after
),
by_version as (
    select
        d.release_no, 'version' as scope, '' as topic, d.channel as stratum, d.after,
        sum(f.posts) as posts, sum(f.scored) as n,
        sum(cast(f.compound_sum as decimal(18, 4))) as s, sum(cast(f.compound_sq_sum as decimal(18, 8))) as ss
    from release_days as d
    join daily_version as f on f.product = d.product and f.channel = d.channel and f.day = d.day
    where d.version is not null and (f.app_version = d.version or not d.after)
    group by d.release_no, d.channel, d.after
),
by_topic as (
    select
        d.release_no, 'topic' as scope, f.topic, d.channel as stratum, d.after,
        sum(f.posts) filter (where d.day is not null) as posts, sum(f.scored) filter (where d.day is not null) as n,
        sum(cast(f.compound_sum as decimal(18, 4))) filter (where d.day is not null) as s,
        sum(cast(f.compound_sq_sum as decimal(18, 8))) filter (where d.day is not null) as ss
    from release_days as d
    join daily_topic as f on f.product = d.product and f.channel = d.channel and f.day = d.day
    group by d.release_no, f.topic, d.channel, d.after
)
select r.product, r.release, r.day as release_day, s.* exclude (release_no)
from (
    from by_market
    union all
    from by_version
    union all
    from by_topic
) as s
join late_releases as r on r.release_no = s.release_no;

create table release_effect as
with paired as (
    select
        product, release, release_day, scope, topic, stratum,
        coalesce(sum(n) filter (where not after), 0) as nb, cast(coalesce(sum(s) filter (where not after), 0) as double) as sb,
        cast(coalesce(sum(ss) filter (where not after), 0) as double) as ssb,
        coalesce(sum(n) filter (where after), 0) as na, cast(coalesce(sum(s) filter (where after), 0) as double) as sa,
        cast(coalesce(sum(ss) filter (where after), 0) as double) as ssa
    from release_strata
    group by all
),
-- Post-stratification (Holt and Smith 1979): each channel and market weighs the same before and after. What has fewer than
-- two posts on a side cannot be compared. Sums of fractions have an order: the same store gives the same bits.
weighed as (
    select *, (nb + na) / sum(nb + na) over (partition by product, release, release_day, scope, topic) as w
    from paired
    where nb >= 2 and na >= 2
),
summed as (
    select
        product, release, release_day, scope, topic,
        sum(nb) as nb, sum(na) as na, count(*) as strata,
        sum(w * sb / nb order by stratum) as mean_before, sum(w * sa / na order by stratum) as mean_after,
        sum(greatest(ssb - sb * sb / nb, 0) order by stratum) / sum(nb - 1) * sum(w * w / nb order by stratum) as vb,
        sum(greatest(ssa - sa * sa / na, 0) order by stratum) / sum(na - 1) * sum(w * w / na order by stratum) as va,
        sum(nb - 1) as df_b, sum(na - 1) as df_a
    from weighed
    group by product, release, release_day, scope, topic
),
totals as (
    select
        product, release, release_day, scope, topic,
        cast(sum(posts) filter (where not after) as bigint) as posts_before,
        cast(sum(posts) filter (where after) as bigint) as posts_after
    from release_strata
    group by all
),
days as (
    select
        product, release, release_day,
        count(distinct day) filter (where not after) as days_before, count(distinct day) filter (where after) as days_after,
        min(day) as first_day, max(day) as last_day
    from release_days
    group by product, release, release_day
),
-- Every release has its row of scope product, also where nothing can be compared.
rows as (
    select product, release, release_day, scope, topic from totals
    union
    select product, release, day, 'product', '' from late_releases
),
-- Welch's interval on the stratified difference, and between two days of the same product even the true means differ by
-- about 0.04 (docs/trends.md), which more posts a day do not take away.
spread as (
    select
        s.*,
        sqrt(vb + va + 0.0016 / d.days_before + 0.0016 / d.days_after)
            * t975(greatest(coalesce(pow(vb + va, 2) / nullif(vb * vb / df_b + va * va / df_a, 0), 1e6), 1)) as margin
    from summed as s
    join days as d on d.product = s.product and d.release = s.release and d.release_day = s.release_day
),
said as (
    select
        r.product, r.release, r.release_day, r.scope, r.topic,
        d.first_day, d.last_day,
        coalesce(d.days_before, 0) as days_before, coalesce(d.days_after, 0) as days_after,
        coalesce(t.posts_before, 0) as posts_before, coalesce(t.posts_after, 0) as posts_after,
        cast(coalesce(s.nb, 0) as bigint) as n_before, cast(coalesce(s.na, 0) as bigint) as n_after,
        coalesce(s.nb, 0) >= $enough_posts and coalesce(s.na, 0) >= $enough_posts as enough,
        s.mean_before, s.mean_after, s.mean_after - s.mean_before as change,
        s.mean_after - s.mean_before - s.margin as change_low, s.mean_after - s.mean_before + s.margin as change_high
    from rows as r
    left join days as d on d.product = r.product and d.release = r.release and d.release_day = r.release_day
    left join totals as t
        on t.product = r.product and t.release = r.release and t.release_day = r.release_day
        and t.scope = r.scope and t.topic = r.topic
    left join spread as s
        on s.product = r.product and s.release = r.release and s.release_day = r.release_day
        and s.scope = r.scope and s.topic = r.topic
)
select
    s.product,
    coalesce(p.name, s.product) as product_name,
    s.release,
    s.release_day as day,
    s.scope,
    s.topic,
    s.first_day,
    s.last_day,
    s.days_before,
    s.days_after,
    s.posts_before,
    s.posts_after,
    s.n_before,
    s.n_after,
    case when s.enough then s.mean_before end as mean_before,
    case when s.enough then s.mean_after end as mean_after,
    case when s.enough then s.change end as change,
    case when s.enough then s.change_low end as change_low,
    case when s.enough then s.change_high end as change_high,
    case
        when not s.enough then 'not enough posts'
        when s.change_low > 0 then 'better'
        when s.change_high < 0 then 'worse'
        else 'no real change'
    end as verdict
from said as s
left join products as p on p.product = s.product
order by s.product, s.release_day desc, s.release, s.scope, s.posts_after desc, s.topic;

drop table temp.late_releases;

drop table temp.release_days;

drop table temp.release_strata;

comment on table release_effect is 'One row per product x release x scope x topic, of the releases of the last 365 days and the product''s 20 newest: up to 14 complete days before beside 14 after, cut at the releases before and after, each channel and market weighing the same on both sides. One row in twenty differs by chance.';
comment on column release_effect.product is 'Product slug.';
comment on column release_effect.product_name is 'Product name, for people.';
comment on column release_effect.release is 'Release, see releases.';
comment on column release_effect.day is 'Day of the release; it counts as after.';
comment on column release_effect.scope is 'product: all posts. version: posts that name the version after, against all before. topic: sentences that name the topic.';
comment on column release_effect.topic is 'Topic for scope topic, else empty.';
comment on column release_effect.first_day is 'First day compared; null where none is.';
comment on column release_effect.last_day is 'Last day compared.';
comment on column release_effect.days_before is 'Complete days before, 14 at most.';
comment on column release_effect.days_after is 'Complete days from the release''s on, 14 at most.';
comment on column release_effect.posts_before is 'Posts of the days before, scored or not.';
comment on column release_effect.posts_after is 'Posts of the days after, scored or not.';
comment on column release_effect.n_before is 'Scored posts before in channels and markets that have two or more on both sides: those compared.';
comment on column release_effect.n_after is 'Scored posts after that are compared.';
comment on column release_effect.mean_before is 'Mean compound before, with the channels and markets weighing as in both sides together; null where there are not enough posts. For scope topic, channels only.';
comment on column release_effect.mean_after is 'Mean compound after, on the same mix.';
comment on column release_effect.change is 'mean_after - mean_before.';
comment on column release_effect.change_low is 'Lower end of its 95% interval (Welch, stratified; with the spread of 0.04 between days).';
comment on column release_effect.change_high is 'Upper end of its 95% interval.';
comment on column release_effect.verdict is 'better, worse, no real change, or not enough posts (fewer than $enough_posts scored on a side).';
