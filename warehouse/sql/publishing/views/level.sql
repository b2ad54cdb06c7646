-- one row per product x comparison x other x metric: how high the level of the last 28 days is, beside what is there
create view level as
with answered as (
    select day, product, channel
    from coverage_daily
    where complete
),
ends as (
    select product, max(day) as last_day
    from answered
    group by product
),
channel_days as (
    select a.day, a.product, a.channel
    from answered as a
    join ends as e on e.product = a.product and a.day between e.last_day - 27 and e.last_day
),
counted as (
    select
        day,
        product,
        channel,
        sum(posts) as posts,
        sum(scored) as scored,
        sum(cast(compound_sum as decimal(18, 4))) as compound_sum,
        sum(cast(compound_sq_sum as decimal(18, 8))) as compound_sq_sum
    from daily
    group by day, product, channel
),
starred as (
    select
        p.day, p.product, p.channel, count(*) as n,
        sum(cast(p.rating as decimal(18, 4))) as total,
        sum(cast(cast(p.rating as decimal(9, 4)) * cast(p.rating as decimal(9, 4)) as decimal(18, 8))) as squares
    from posts as p
    join ends as e on e.product = p.product and p.day between e.last_day - 27 and e.last_day
    where p.rating is not null
    group by p.day, p.product, p.channel
),
-- n values with their sum and sum of squares, by complete channel-day; decimals, so that adding them is exact in any order
facts as (
    select
        d.day, d.product, d.channel, 'sentiment' as metric,
        coalesce(c.scored, 0) as n,
        coalesce(c.compound_sum, 0) as total,
        coalesce(c.compound_sq_sum, 0) as squares
    from channel_days as d
    left join counted as c using (day, product, channel)
    union all
    select d.day, d.product, d.channel, 'stars', coalesce(s.n, 0), coalesce(s.total, 0), coalesce(s.squares, 0)
    from channel_days as d
    left join starred as s using (day, product, channel)
),
rivals as (
    select a.product, b.product as rival
    from products as a
    join products as b on a.own <> b.own
    -- One that is configured no more is held against nothing.
    where coalesce(a.tracked, true) and coalesce(b.tracked, true)
),
-- Both sides of each comparison, on the channels and days that both have whole.
sides as (
    select
        f.product, 'competitor' as comparison, r.rival as other, '' as channel, f.metric, f.channel as stratum, f.day,
        f.n, f.total, f.squares, o.n as other_n, o.total as other_total, o.squares as other_squares
    from facts as f
    join rivals as r on r.product = f.product
    join facts as o on o.product = r.rival and o.channel = f.channel and o.day = f.day and o.metric = f.metric
    union all
    select
        f.product, 'competitors', '', '', f.metric, f.channel, f.day,
        any_value(f.n), any_value(f.total), any_value(f.squares), sum(o.n), sum(o.total), sum(o.squares)
    from facts as f
    join rivals as r on r.product = f.product
    join facts as o on o.product = r.rival and o.channel = f.channel and o.day = f.day and o.metric = f.metric
    group by f.product, f.metric, f.channel, f.day
    union all
    select
        f.product, 'other channels', '', f.channel, f.metric, '', f.day,
        any_value(f.n), any_value(f.total), any_value(f.squares), sum(o.n), sum(o.total), sum(o.squares)
    from facts as f
    join facts as o on o.product = f.product and o.channel <> f.channel and o.day = f.day and o.metric = f.metric
    group by f.product, f.metric, f.channel, f.day
),
strata as (
    select
        product, comparison, other, channel, metric, stratum,
        min(day) as first_day,
        max(day) as last_day,
        sum(n) as n, cast(sum(total) as double) as total, cast(sum(squares) as double) as squares,
        sum(other_n) as other_n, cast(sum(other_total) as double) as other_total, cast(sum(other_squares) as double) as other_squares
    from sides
    group by product, comparison, other, channel, metric, stratum
    having sum(n) > 0 and sum(other_n) > 0
),
-- Each channel counts by the product's own posts on both sides, so that other shares of channels make no difference. Sums of
-- fractions have an order, here and below: the same store gives the same bits.
weighted as (
    select
        *,
        n / sum(n) over whole as weight,
        sum(squares - total * total / n) over whole / greatest(sum(n - 1) over whole, 1) as var,
        sum(other_squares - other_total * other_total / other_n) over whole
            / greatest(sum(other_n - 1) over whole, 1) as other_var
    from strata
    window whole as (
        partition by product, comparison, other, channel, metric
        order by stratum rows between unbounded preceding and unbounded following
    )
),
days_of as (
    select product, comparison, other, channel, metric, count(distinct day) as days
    from sides
    where n > 0 and other_n > 0
    group by product, comparison, other, channel, metric
),
compared as (
    select
        w.product, w.comparison, w.other, w.channel, w.metric,
        min(w.first_day) as first_day,
        max(w.last_day) as last_day,
        any_value(d.days) as days,
        cast(sum(w.n) as bigint) as n,
        cast(sum(w.other_n) as bigint) as other_n,
        sum(w.weight * w.total / w.n order by w.stratum) as value,
        sum(w.weight * w.other_total / w.other_n order by w.stratum) as other_value,
        -- Days wander by 0.04 beside the noise of sampling (docs/trends.md); for stars by as much of their range.
        1.96 * sqrt(
            sum(w.weight * w.weight * (greatest(w.var, 0) / w.n + greatest(w.other_var, 0) / w.other_n) order by w.stratum)
            + pow(case w.metric when 'stars' then 0.08 else 0.04 end, 2) * 2 / any_value(d.days)
        ) as half
    from weighted as w
    join days_of as d using (product, comparison, other, channel, metric)
    group by w.product, w.comparison, w.other, w.channel, w.metric
),
-- Posts a day beside those of an average competitor, as logarithms: a ratio and its interval over days.
paces as (
    select
        d.product,
        d.day,
        sum(coalesce(c.posts, 0)) as posts,
        sum(o.posts order by d.channel) as other_posts
    from channel_days as d
    left join counted as c using (day, product, channel)
    join (
        select r.product, k.channel, k.day, avg(coalesce(x.posts, 0)) as posts
        from rivals as r
        join channel_days as k on k.product = r.rival
        left join counted as x on x.product = k.product and x.channel = k.channel and x.day = k.day
        group by r.product, k.channel, k.day
    ) as o on o.product = d.product and o.channel = d.channel and o.day = d.day
    group by d.product, d.day
),
volumes as (
    select
        product,
        min(day) as first_day,
        max(day) as last_day,
        count(*) as days,
        cast(sum(posts) as bigint) as n,
        cast(sum(other_posts order by day) as bigint) as other_n,
        sum(posts) / count(*) as value,
        sum(other_posts order by day) / count(*) as other_value,
        1.96 * sqrt(coalesce(var_samp(ln((posts + 0.5) / (other_posts + 0.5)) order by day), 0) / count(*)) as half
    from paces
    group by product
    having sum(other_posts) > 0
),
every as (
    select
        *,
        value - other_value as difference,
        value - other_value - half as difference_low,
        value - other_value + half as difference_high,
        case metric when 'stars' then 0.5 else 0.15 end as far
    from compared
    union all
    select
        product, 'competitors', '', '', 'volume', first_day, last_day, days, n, other_n, value, other_value, half,
        value / other_value, value / other_value * exp(-half), value / other_value * exp(half), null
    from volumes
),
judged as (
    select
        *,
        case
            when n < $enough_posts or other_n < $enough_posts then 'not enough posts'
            when metric = 'volume' and difference_low > 3 then 'far above'
            when metric = 'volume' and difference_high < 1 / 3 then 'far below'
            when metric = 'volume' and difference_low > 1 then 'above'
            when metric = 'volume' and difference_high < 1 then 'below'
            when metric = 'volume' then 'no real difference'
            when difference_high < -far then 'far below'
            when difference_low > far then 'far above'
            when difference_high < 0 then 'below'
            when difference_low > 0 then 'above'
            else 'no real difference'
        end as verdict
    from every
),
newest as (
    select product, arg_max(verdict, day) as verdict, arg_max(baseline_days, day) as baseline_days
    from verdicts
    where metric = 'sentiment' and slice_kind = 'product' and verdict not in ('incomplete day', 'not enough posts')
    group by product
),
histories as (
    select product, count(*) as complete_days
    from completeness
    where complete
    group by product
)
select
    j.product,
    coalesce(p.name, j.product) as product_name,
    coalesce(p.own, false) as own,
    j.comparison,
    j.other,
    j.channel,
    j.metric,
    j.first_day,
    j.last_day,
    j.days,
    j.n,
    j.value,
    j.other_n,
    j.other_value,
    j.difference,
    j.difference_low,
    j.difference_high,
    j.verdict,
    coalesce(w.verdict = 'not enough history', true) as new,
    coalesce(h.complete_days, 0) as complete_days,
    concat(
        coalesce(p.name, j.product),
        case when j.channel <> '' then concat(' on ', j.channel) else '' end,
        case when coalesce(w.verdict = 'not enough history', true)
            then format(', {} complete days, too few of them with enough posts for a verdict of its own: ', coalesce(h.complete_days, 0))
            else ': ' end,
        case
            when j.metric = 'volume' then format(
                '{:.1f} posts a day, {} an average competitor''s {:.1f} on the same channels and days ({:.1f} times, 95% interval {:.1f} to {:.1f}).',
                j.value, case j.verdict when 'no real difference' then 'not really different from'
                    when 'not enough posts' then 'not enough posts to compare with' else j.verdict end,
                j.other_value, j.difference, j.difference_low, j.difference_high
            )
            else format(
                '{} {}, {} {} {} on the same {} (difference {:+.2f}, 95% interval {:+.2f} to {:+.2f}; {} and {} posts).',
                case j.metric when 'stars' then 'mean stars' else 'mean' end,
                case j.metric when 'stars' then format('{:.2f}', j.value) else format('{:+.2f}', j.value) end,
                case j.verdict when 'no real difference' then 'not really different from'
                    when 'not enough posts' then 'not enough posts to compare with' else j.verdict end,
                case j.comparison
                    when 'competitors' then case when p.own then 'its competitors''' else 'our own products''' end
                    when 'competitor' then concat(coalesce(o.name, j.other), '''s')
                    else 'the product''s other channels''' end,
                case j.metric when 'stars' then format('{:.2f}', j.other_value) else format('{:+.2f}', j.other_value) end,
                case j.comparison when 'other channels' then 'days' else 'channels and days' end,
                j.difference, j.difference_low, j.difference_high, j.n, j.other_n
            )
        end
    ) as sentence
from judged as j
left join products as p on p.product = j.product
left join products as o on o.product = j.other
left join newest as w on w.product = j.product
left join histories as h on h.product = j.product
order by
    j.product, list_position(['competitors', 'competitor', 'other channels'], j.comparison), j.other, j.channel,
    list_position(['sentiment', 'stars', 'volume'], j.metric);

comment on view level is 'One row per product x comparison x other x metric: how high the level of the last 28 days is, beside competitors on the same channels and days and beside the product''s other channels. True from the first night, before there is any history.';
comment on column level.product is 'Product slug.';
comment on column level.product_name is 'Product name, for people.';
comment on column level.own is 'True for our own product, false for a competitor''s.';
comment on column level.comparison is 'competitors (all together), competitor (one), or other channels. A competitor is compared with our own products.';
comment on column level.other is 'Slug of the one competitor; empty otherwise.';
comment on column level.channel is 'The channel that is compared with the product''s others; empty otherwise.';
comment on column level.metric is 'sentiment (mean compound), stars (mean rating, 1 to 5) or volume (posts a day).';
comment on column level.first_day is 'First day of the comparison.';
comment on column level.last_day is 'Last day of the comparison.';
comment on column level.days is 'Days on which both sides are complete.';
comment on column level.n is 'The product''s posts that are compared.';
comment on column level.value is 'The product''s level; channels weigh by its own posts.';
comment on column level.other_n is 'The others'' posts; for volume of an average competitor.';
comment on column level.other_value is 'The others'' level, with the product''s weights of channels.';
comment on column level.difference is 'value - other_value; for volume value / other_value.';
comment on column level.difference_low is 'Lower end of its 95% interval.';
comment on column level.difference_high is 'Upper end of its 95% interval.';
comment on column level.verdict is 'far below, below, no real difference, above, far above (far: the whole interval beyond 0.15, half a star, three times), or not enough posts.';
comment on column level.new is 'True while too few of its complete days had enough posts for verdicts of its own: a young product, or one on which few write.';
comment on column level.complete_days is 'Complete days of the product.';
comment on column level.sentence is 'All of it in words.';
