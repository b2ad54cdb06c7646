-- one row per product x topic that NPS comments name, over the windows of nps_summary
create table nps_topics as
with named as (
    -- Scores have four decimals: as whole numbers they are exact to add in any order.
    select s.product, s.nps, t.topic, p.nps as answer, cast(round(t.compound * 1e4) as bigint) as score
    from nps_summary as s
    join posts as p on p.product = s.product and p.nps is not null and p.day between s.first_day and s.last_day
    join coverage_daily as k on k.product = p.product and k.channel = p.channel and k.day = p.day and k.complete
    join post_topics as t on t.channel = p.channel and t.product = p.product and t.post_id = p.post_id
),
counted as (
    select
        product, topic, any_value(nps) as nps_all, count(*) as n,
        count(*) filter (where answer >= 9) as up, count(*) filter (where answer <= 6) as down,
        cast(sum(score) as double) / 1e4 / count(*) as mean_compound,
        sqrt(cast(count(*) * sum(score * score) - sum(score) * sum(score) as double) / nullif(count(*) * (count(*) - 1), 0)) / 1e4 as sd
    from named
    group by product, topic
)
select
    c.product,
    coalesce(p.name, c.product) as product_name,
    c.topic,
    coalesce(t.title, c.topic) as topic_title,
    c.n as nps_count,
    100.0 * (c.up - c.down) / c.n as nps,
    100 * greatest(nps_mid(c.up, c.down, c.n) - nps_margin(c.up, c.down, c.n), -1) as nps_low,
    100 * least(nps_mid(c.up, c.down, c.n) + nps_margin(c.up, c.down, c.n), 1) as nps_high,
    c.mean_compound,
    c.mean_compound - t975(c.n - 1) * c.sd / sqrt(c.n) as mean_low,
    c.mean_compound + t975(c.n - 1) * c.sd / sqrt(c.n) as mean_high,
    case
        when c.n < $enough_posts then 'not enough posts'
        when c.mean_compound + t975(c.n - 1) * c.sd / sqrt(c.n) < 0 then 'negative'
        when c.mean_compound - t975(c.n - 1) * c.sd / sqrt(c.n) > 0 then 'positive'
        else 'mixed'
    end as verdict
from counted as c
left join topics as t on t.topic = c.topic
left join products as p on p.product = c.product
order by c.product, c.n desc, c.topic;

comment on table nps_topics is 'One row per product x topic that comments of NPS answers name, over the 28 days of nps_summary: the answers'' score beside how the comments sound.';
comment on column nps_topics.product is 'Product slug.';
comment on column nps_topics.product_name is 'Product name, for people.';
comment on column nps_topics.topic is 'Topic, see topics.';
comment on column nps_topics.topic_title is 'Topic, for people.';
comment on column nps_topics.nps_count is 'Answers whose comment names the topic.';
comment on column nps_topics.nps is 'NPS of those answers, -100 to 100.';
comment on column nps_topics.nps_low is 'Lower end of its 95% interval (adjusted Wald).';
comment on column nps_topics.nps_high is 'Upper end of its 95% interval.';
comment on column nps_topics.mean_compound is 'Mean compound of the sentences that name the topic, in [-1, 1].';
comment on column nps_topics.mean_low is 'Lower end of its 95% interval (Student''s t); null for one answer.';
comment on column nps_topics.mean_high is 'Upper end of its 95% interval.';
comment on column nps_topics.verdict is 'negative or positive where the interval is on one side of 0, mixed, or not enough posts (fewer than $enough_posts).';
