-- one row per own product x competitor x topic, over the 28 days to the last one complete for both

-- one row per own product x competitor
create or replace temp table radar_pairs as
select a.product, b.product as competitor
from products as a
join products as b on b.own <> a.own
where a.own and coalesce(a.tracked, true) and coalesce(b.tracked, true);

-- one row per own product x competitor x channel x day that the channel covers for both, of the 28 days to the last such day:
-- only there is one to be held against the other. Most pairs have one of late; only for the others are all days looked at.
create or replace temp table radar_days as
with late as (
    select max(day) - 90 as day from coverage_daily
),
late_days as (
    select p.product, p.competitor, a.channel, a.day
    from radar_pairs as p
    join coverage_daily as a on a.product = p.product and a.complete
    join coverage_daily as b on b.product = p.competitor and b.channel = a.channel and b.day = a.day and b.complete
    where a.day > (select day - 28 from late) and b.day > (select day - 28 from late)
),
late_pairs as (
    select distinct product, competitor from late_days where day > (select day from late)
),
both_days as (
    select d.* from late_days as d semi join late_pairs as l on l.product = d.product and l.competitor = d.competitor
    union all
    select p.product, p.competitor, a.channel, a.day
    from (from radar_pairs as r anti join late_pairs as l on l.product = r.product and l.competitor = r.competitor) as p
    join coverage_daily as a on a.product = p.product and a.complete
    join coverage_daily as b on b.product = p.competitor and b.channel = a.channel and b.day = a.day and b.complete
)
select product, competitor, channel, day, max(day) over (partition by product, competitor) as last_day
from both_days
qualify day > last_day - 28;

-- one row per day x product x channel x topic of the days that are looked at
create or replace temp table radar_topics as
select day, product, channel, topic, scored, negative
from daily_topic
where day >= (select min(day) from radar_days);

-- one row per own product x competitor x topic x common channel
create or replace temp table radar_strata as
with ours as (
    select u.product, u.competitor, u.channel, t.topic, sum(t.scored) as n, sum(t.negative) as bad
    from radar_days as u
    join radar_topics as t on t.product = u.product and t.channel = u.channel and t.day = u.day
    group by all
),
theirs as (
    select u.product, u.competitor, u.channel, t.topic, sum(t.scored) as n, sum(t.negative) as bad
    from radar_days as u
    join radar_topics as t on t.product = u.competitor and t.channel = u.channel and t.day = u.day
    group by all
),
posts_of as (
    select u.product, u.competitor, u.channel, sum(d.scored) as n
    from radar_days as u
    join daily as d on d.product = u.product and d.channel = u.channel and d.day = u.day
    group by all
),
last_days as (
    select product, competitor, max(last_day) as last_day from radar_days group by product, competitor
)
select
    coalesce(a.product, b.product) as product, coalesce(a.competitor, b.competitor) as competitor,
    coalesce(a.channel, b.channel) as channel, coalesce(a.topic, b.topic) as topic, l.last_day,
    coalesce(a.n, 0) as n, coalesce(a.bad, 0) as bad, coalesce(b.n, 0) as their_n, coalesce(b.bad, 0) as their_bad,
    coalesce(p.n, 0) as posts
from ours as a
full join theirs as b
    on b.product = a.product and b.competitor = a.competitor and b.channel = a.channel and b.topic = a.topic
left join posts_of as p
    on p.product = coalesce(a.product, b.product) and p.competitor = coalesce(a.competitor, b.competitor)
    and p.channel = coalesce(a.channel, b.channel)
join last_days as l
    on l.product = coalesce(a.product, b.product) and l.competitor = coalesce(a.competitor, b.competitor);

-- one row per own product x competitor x common channel: all scored posts of both
create or replace temp table radar_channels as
with counted as (
    select
        u.product, u.competitor, u.channel,
        coalesce(sum(d.scored) filter (where d.product = u.product), 0) as n,
        coalesce(sum(d.scored) filter (where d.product = u.competitor), 0) as m
    from radar_days as u
    join daily as d on d.product in (u.product, u.competitor) and d.channel = u.channel and d.day = u.day
    group by all
)
select *, (n + m) / sum(n + m) over (partition by product, competitor) as w
from counted
where n > 0 and m > 0;

create table weakness_radar as
with scored_posts as (
    select product, competitor, sum(n) as posts
    from radar_channels
    group by product, competitor
),
-- Complaints: negative posts about the topic among all scored posts. Also where theirs hardly name it, which is the answer.
-- Sums of fractions have an order, here and below: the same store gives the same bits.
complaints as (
    select
        t.product, t.competitor, t.topic,
        sum(c.w * coalesce(s.bad, 0) / c.n order by c.channel) as p, 1 / sum(c.w * c.w / c.n order by c.channel) as e,
        sum(c.w * coalesce(s.their_bad, 0) / c.m order by c.channel) as q, 1 / sum(c.w * c.w / c.m order by c.channel) as f,
        sum(c.n) >= $enough_posts and sum(c.m) >= $enough_posts as enough
    from (select distinct product, competitor, topic from radar_strata) as t
    join radar_channels as c on c.product = t.product and c.competitor = t.competitor
    left join radar_strata as s
        on s.product = t.product and s.competitor = t.competitor and s.topic = t.topic and s.channel = c.channel
    group by t.product, t.competitor, t.topic
),
complained as (
    select
        *,
        p - q as gap,
        p - q - sqrt(pow(p - wilson_low(p, e), 2) + pow(wilson_high(q, f) - q, 2)) as gap_low,
        p - q + sqrt(pow(wilson_high(p, e) - p, 2) + pow(q - wilson_low(q, f), 2)) as gap_high
    from complaints
),
totals as (
    select product, competitor, topic, max(last_day) as last_day, sum(n) as n, sum(their_n) as their_n
    from radar_strata
    group by product, competitor, topic
),
-- Both are seen on the same mix of channels; a channel where only one is talked about cannot be compared.
weighed as (
    select *, (n + their_n) / sum(n + their_n) over (partition by product, competitor, topic) as w
    from radar_strata
    where n > 0 and their_n > 0
),
-- Unequal weights cost precision: the effective n of Kish (1965).
standard as (
    select
        product, competitor, topic,
        sum(n) as n_used, sum(their_n) as their_n_used,
        sum(w * bad / n order by channel) as p, 1 / sum(w * w / n order by channel) as e,
        sum(w * their_bad / their_n order by channel) as q, 1 / sum(w * w / their_n order by channel) as f
    from weighed
    group by product, competitor, topic
),
-- Newcombe's interval for a difference of shares from Wilson's of each (Newcombe 1998, method 10).
spread as (
    select
        *,
        p - q as gap,
        p - q - sqrt(pow(p - wilson_low(p, e), 2) + pow(wilson_high(q, f) - q, 2)) as gap_low,
        p - q + sqrt(pow(wilson_high(p, e) - p, 2) + pow(q - wilson_low(q, f), 2)) as gap_high,
        n_used >= $enough_posts and their_n_used >= $enough_posts as enough
    from standard
)
select
    t.product,
    coalesce(o.name, t.product) as product_name,
    t.competitor,
    coalesce(c.name, t.competitor) as competitor_name,
    t.topic,
    coalesce(l.title, t.topic) as topic_title,
    t.last_day - 27 as first_day,
    t.last_day,
    cast(t.n as bigint) as posts,
    cast(t.their_n as bigint) as their_posts,
    case when s.enough then s.p end as negative_share,
    case when s.enough then greatest(wilson_low(s.p, s.e), 0) end as negative_low,
    case when s.enough then least(wilson_high(s.p, s.e), 1) end as negative_high,
    case when s.enough then s.q end as their_negative_share,
    case when s.enough then greatest(wilson_low(s.q, s.f), 0) end as their_negative_low,
    case when s.enough then least(wilson_high(s.q, s.f), 1) end as their_negative_high,
    case when s.enough then s.gap end as gap,
    case when s.enough then greatest(s.gap_low, -1) end as gap_low,
    case when s.enough then least(s.gap_high, 1) end as gap_high,
    t.n / nullif(a.posts, 0) as topic_share,
    case when d.enough then d.p end as complaint_share,
    case when d.enough then d.q end as their_complaint_share,
    case when d.enough then d.gap end as complaint_gap,
    case when d.enough then d.gap_low end as complaint_gap_low,
    case when d.enough then d.gap_high end as complaint_gap_high,
    case
        when not coalesce(s.enough, false) then 'not enough posts'
        when s.gap_low > 0 then 'weaker'
        when s.gap_high < 0 then 'stronger'
        else 'no real difference'
    end as verdict,
    case
        when not coalesce(d.enough, false) then 'not enough posts'
        when d.gap_low > 0 then 'weaker'
        when d.gap_high < 0 then 'stronger'
        else 'no real difference'
    end as complaint_verdict,
    case when d.enough then row_number() over (
        partition by t.product, t.competitor, d.enough order by d.gap desc, t.topic
    ) end as rank
from totals as t
join scored_posts as a on a.product = t.product and a.competitor = t.competitor
left join spread as s on s.product = t.product and s.competitor = t.competitor and s.topic = t.topic
left join complained as d on d.product = t.product and d.competitor = t.competitor and d.topic = t.topic
left join products as o on o.product = t.product
left join products as c on c.product = t.competitor
left join topics as l on l.topic = t.topic
order by t.product, t.competitor, rank nulls last, t.topic;

drop table temp.radar_pairs;

drop table temp.radar_days;

drop table temp.radar_topics;

drop table temp.radar_strata;

drop table temp.radar_channels;

comment on table weakness_radar is 'One row per own product x competitor x topic: how negative the talk is, beside theirs, over the 28 days to the last that is complete for both, on the channels both have. Worst first: rank. One verdict in twenty is chance.';
comment on column weakness_radar.product is 'Our product''s slug.';
comment on column weakness_radar.product_name is 'Its name, for people.';
comment on column weakness_radar.competitor is 'The competitor''s slug.';
comment on column weakness_radar.competitor_name is 'Its name, for people.';
comment on column weakness_radar.topic is 'Topic, see topics.';
comment on column weakness_radar.topic_title is 'Topic, for people.';
comment on column weakness_radar.first_day is 'First of the 28 days.';
comment on column weakness_radar.last_day is 'Last of them.';
comment on column weakness_radar.posts is 'Our scored posts that name the topic, on the common channels and days.';
comment on column weakness_radar.their_posts is 'Theirs.';
comment on column weakness_radar.negative_share is 'Negative (the sentences on the topic score <= -$compound_threshold) as a share of ours, both on the same mix of channels; null where there are not enough posts.';
comment on column weakness_radar.negative_low is 'Lower end of its 95% interval (Wilson).';
comment on column weakness_radar.negative_high is 'Upper end of its 95% interval.';
comment on column weakness_radar.their_negative_share is 'The same of theirs.';
comment on column weakness_radar.their_negative_low is 'Lower end of its 95% interval.';
comment on column weakness_radar.their_negative_high is 'Upper end of its 95% interval.';
comment on column weakness_radar.gap is 'negative_share - their_negative_share: above 0 we do worse.';
comment on column weakness_radar.gap_low is 'Lower end of its 95% interval (Newcombe 1998).';
comment on column weakness_radar.gap_high is 'Upper end of its 95% interval.';
comment on column weakness_radar.topic_share is 'Share of our scored posts that name the topic: how much it matters.';
comment on column weakness_radar.complaint_share is 'Posts that are negative about the topic as a share of all our scored posts: how negative x how often. Channels weigh the same for both; null below $enough_posts posts of a side.';
comment on column weakness_radar.their_complaint_share is 'The same of theirs.';
comment on column weakness_radar.complaint_gap is 'complaint_share - their_complaint_share: complaints of ours beyond theirs, as a share of posts.';
comment on column weakness_radar.complaint_gap_low is 'Lower end of its 95% interval (Newcombe 1998).';
comment on column weakness_radar.complaint_gap_high is 'Upper end of its 95% interval.';
comment on column weakness_radar.verdict is 'weaker, stronger, no real difference, or not enough posts (fewer than $enough_posts on either side).';
comment on column weakness_radar.complaint_verdict is 'The same four words for complaint_gap.';
comment on column weakness_radar.rank is 'Place by complaint_gap, the worst first: a gap weighs as often as the topic comes up.';
