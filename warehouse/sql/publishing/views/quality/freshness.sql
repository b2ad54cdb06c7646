-- one row per product x channel that was ever asked
create view freshness as
with windows as (
    -- The window that asked furthest, not the one that landed last: a backfill of old days says nothing of today.
    select
        *,
        row_number() over (
            partition by product, channel
            order by least(asked_to, landed_at) desc, landed_at desc, asked_from desc, status desc
        ) as age
    from coverage
),
landed as (
    select product, channel, max(landed_at) as last_landed_at, max(until) filter (reached is not null) as covered_to
    from coverage
    where status = 'ok'
    group by product, channel
),
covered as (
    select
        product,
        channel,
        max(day) filter (where complete) as last_complete_day,
        count(*) filter (where suspect) as suspect_days,
        max_by(doubt, day) filter (where suspect) as suspect_reason
    from coverage_daily
    group by product, channel
),
-- On its last day with posts, which the aggregates know: all days of all posts would be read else.
newest as (
    select s.product, s.channel, max(s.created_at) as last_post_at
    from posts as s
    join (select product, channel, max(day) as last_day from daily group by product, channel) as d
        on d.product = s.product and d.channel = s.channel and s.day = d.last_day
    group by s.product, s.channel
),
latest as (
    select product, max(day) as last_day
    from daily
    group by product
),
recent as (
    select d.product, d.channel, cast(sum(d.posts) as bigint) as posts_28d
    from daily as d
    join latest on latest.product = d.product and d.day > latest.last_day - 28
    group by d.product, d.channel
)
select
    w.product,
    coalesce(p.name, w.product) as product_name,
    w.channel,
    w.source,
    landed.last_landed_at,
    landed.covered_to,
    -- A pull of today brings no more of yesterday than its source had by then; a channel that has ended owes nothing.
    coalesce(
        w.status = 'ok'
        and landed.covered_to < date_trunc('day', least(w.asked_to, w.landed_at)) - interval 1 day
        and not coalesce(cast(landed.covered_to as date) >= c.last_day, false),
        false
    ) as ends_early,
    newest.last_post_at,
    covered.last_complete_day,
    coalesce(covered.suspect_days, 0) as suspect_days,
    covered.suspect_reason,
    w.capped,
    w.note,
    coalesce(recent.posts_28d, 0) as posts_28d,
    w.status,
    w.error,
    c.last_day as ended_on,
    coalesce(p.tracked, true) and coalesce(c.tracked, true) as tracked
from windows as w
left join products as p on p.product = w.product
left join channels as c on c.channel = w.channel
left join landed on landed.product = w.product and landed.channel = w.channel
left join newest on newest.product = w.product and newest.channel = w.channel
left join covered on covered.product = w.product and covered.channel = w.channel
left join recent on recent.product = w.product and recent.channel = w.channel
where w.age = 1
order by w.product, w.channel;

comment on view freshness is 'One row per product x channel: how fresh its data is, and how the newest window (the one that asked furthest) went.';
comment on column freshness.product is 'Product slug.';
comment on column freshness.product_name is 'Product name, for people.';
comment on column freshness.channel is 'Configured way into a source.';
comment on column freshness.source is 'Kind of service.';
comment on column freshness.last_landed_at is 'When a window last landed, UTC; null when none ever did.';
comment on column freshness.covered_to is 'Up to here it was seen, UTC; null when nothing ever was. Holes before it are in coverage_gaps.';
comment on column freshness.ends_early is 'True when the newest window was answered, and what it brought ends more than a day before the last day that was asked for (covered_to): a file that nobody has exported anew.';
comment on column freshness.last_post_at is 'When its newest post was created, UTC; null without posts.';
comment on column freshness.last_complete_day is 'Newest day it covers in full; null without any.';
comment on column freshness.suspect_days is 'Days that it covers, but with so few posts that the count is doubted until it is confirmed.';
comment on column freshness.suspect_reason is 'Why the newest of them is suspect; null without any.';
comment on column freshness.capped is 'True when in the newest window the service had older posts than it lets anybody list.';
comment on column freshness.note is 'Which limit bit in the newest window, in words; empty when none.';
comment on column freshness.posts_28d is 'Posts it brought in the product''s last 28 days with data.';
comment on column freshness.status is 'Status of the newest window: ok, failed, or pending while it is still being pulled.';
comment on column freshness.error is 'What went wrong in the newest window; null when it landed.';
comment on column freshness.ended_on is 'Last day that the channel is asked for (its end in earful.toml); null while it goes on.';
comment on column freshness.tracked is 'False where the configuration lists its product or its channel no more: nobody asks it again.';
