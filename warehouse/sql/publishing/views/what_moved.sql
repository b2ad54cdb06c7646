-- one row per sentiment episode x dimension x value: what the change of the product's mean is made of
create view what_moved as
with spans as (
    select episode, product, first_day, last_day
    from what_changed
    where metric = 'sentiment'
),
windows as (
    select episode, product, 'now' as side, first_day as from_day, last_day as to_day
    from spans
    union all
    select episode, product, 'before', first_day - 58, first_day - 3
    from spans
),
-- Sums of four decimals, added as decimals: exact in any order.
facts as (
    select day, product, channel, complete, 'channel' as dimension, channel as value, scored, cast(compound_sum as decimal(18, 4)) as compound_sum from daily
    union all
    select day, product, channel, complete, 'market', channel || ' ' || market, scored, cast(compound_sum as decimal(18, 4))
    from daily
    where market <> ''
    union all
    -- What posts with the topic sound like as a whole: their part in the product's mean.
    select day, product, channel, complete, 'topic', topic, scored, cast(post_compound_sum as decimal(18, 4)) from daily_topic
    union all
    select day, product, channel, complete, 'version', app_version, scored, cast(compound_sum as decimal(18, 4))
    from daily_version
    where app_version <> ''
),
sides as (
    select
        w.episode, w.product, f.dimension, f.value,
        coalesce(sum(f.scored) filter (where w.side = 'now'), 0) as n,
        coalesce(sum(f.scored) filter (where w.side = 'before'), 0) as n_before,
        sum(f.compound_sum) filter (where w.side = 'now') / nullif(sum(f.scored) filter (where w.side = 'now'), 0) as mean,
        sum(f.compound_sum) filter (where w.side = 'before')
            / nullif(sum(f.scored) filter (where w.side = 'before'), 0) as mean_before
    from windows as w
    join facts as f on f.product = w.product and f.day between w.from_day and w.to_day and f.complete
    group by w.episode, w.product, f.dimension, f.value
),
totals as (
    select
        w.episode,
        sum(d.scored) filter (where w.side = 'now') as n,
        sum(d.scored) filter (where w.side = 'before') as n_before,
        sum(cast(d.compound_sum as decimal(18, 4))) filter (where w.side = 'before')
            / nullif(sum(d.scored) filter (where w.side = 'before'), 0) as mean_before
    from windows as w
    join daily as d on d.product = w.product and d.day between w.from_day and w.to_day and d.complete
    group by w.episode
),
shares as (
    select
        s.*,
        s.n / nullif(t.n, 0) as share,
        s.n_before / nullif(t.n_before, 0) as share_before,
        t.mean_before as all_before,
        -- A value that is on one side only has no change of its own: its coming or going is mix.
        coalesce(s.mean, s.mean_before) as m,
        coalesce(s.mean_before, s.mean) as m_before
    from sides as s
    join totals as t on t.episode = s.episode
)
select
    episode,
    product,
    dimension,
    value,
    cast(n as bigint) as n,
    share,
    mean,
    cast(n_before as bigint) as n_before,
    share_before,
    mean_before,
    (share + share_before) / 2 * (m - m_before) as within,
    (share - share_before) * ((m + m_before) / 2 - all_before) as mix,
    share * (m - all_before) - share_before * (m_before - all_before) as contribution
from shares
where share is not null and share_before is not null and n + n_before > 0
order by episode, dimension, contribution, value;

comment on view what_moved is 'One row per sentiment episode x dimension x value: what the change of the product''s mean is made of, each against the 56 days that end 3 days before. Channels, markets and versions add up to the change where every post has one; topics overlap.';
comment on column what_moved.episode is 'The episode, as in what_changed.';
comment on column what_moved.product is 'Product slug.';
comment on column what_moved.dimension is 'channel, market, topic or version.';
comment on column what_moved.value is 'Which one; markets after their channel.';
comment on column what_moved.n is 'Its scored posts of the episode''s complete days.';
comment on column what_moved.share is 'Their share of all of the product''s, 0 to 1.';
comment on column what_moved.mean is 'Their mean compound, in [-1, 1]; of whole posts for topics, too.';
comment on column what_moved.n_before is 'Its scored posts of the days before.';
comment on column what_moved.share_before is 'Their share then.';
comment on column what_moved.mean_before is 'Their mean compound then.';
comment on column what_moved.within is 'Mean of the two shares x change of the mean: its posts sound different.';
comment on column what_moved.mix is 'Change of the share x distance from the product''s mean before: it is written about more or less.';
comment on column what_moved.contribution is 'within + mix: its part in the change of the product''s mean.';
