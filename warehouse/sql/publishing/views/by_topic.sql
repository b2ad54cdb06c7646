-- one row per product x topic named in the product's last 56 days with data
--
-- impact = share x (mean of the posts that name the topic - mean of the rest). By the delta method its variance is
--   share^2 x (s_named^2 / n_named + s_rest^2 / n_rest) + (difference of the means)^2 x share x (1 - share) / n
-- with both parts' sample variances; the last term is that of the share. Without it, intervals meant to hold 95% held 83
-- to 93% in simulation (n 40 to 1,000, share 0.02 to 0.3), with it and 5 posts in either part 93 to 97%.
create view by_topic as
with latest as (
    select product, max(day) as last_day
    from daily
    group by product
),
whole as (
    select
        d.product,
        sum(d.scored) filter (where d.day > latest.last_day - 28) as scored,
        sum(cast(d.compound_sum as decimal(18, 4))) filter (where d.day > latest.last_day - 28) as compound_sum,
        sum(cast(d.compound_sq_sum as decimal(18, 8))) filter (where d.day > latest.last_day - 28) as compound_sq_sum,
        sum(d.scored) filter (where d.day <= latest.last_day - 28) as scored_before
    from daily as d
    join latest on latest.product = d.product and d.day > latest.last_day - 56
    group by d.product
),
recent as (
    select d.*, d.day > latest.last_day - 28 as is_now
    from daily_topic as d
    join latest on latest.product = d.product and d.day > latest.last_day - 56
),
per_topic as (
    select
        product,
        topic,
        cast(coalesce(sum(posts) filter (where is_now), 0) as bigint) as posts,
        sum(cast(compound_sum as decimal(18, 4))) filter (where is_now) as compound_sum,
        sum(negative) filter (where is_now) as negative,
        cast(sum(cast(rating_sum as decimal(18, 4))) filter (where is_now) as double) as rating_sum,
        sum(rating_count) filter (where is_now) as rating_count,
        sum(cast(post_compound_sum as decimal(18, 4))) filter (where is_now) as post_compound_sum,
        cast(coalesce(sum(posts) filter (where not is_now), 0) as bigint) as posts_before,
        sum(cast(compound_sum as decimal(18, 4))) filter (where not is_now) as compound_sum_before,
        sum(negative) filter (where not is_now) as negative_before
    from recent
    group by product, topic
),
about as (
    select product, cast(round(compound * 10000) as bigint) as compound, unnest(topics) as named
    from posts_with_words
    join latest using (product)
    where day > last_day - 28
    union all
    select product, cast(round(compound * 10000) as bigint) as compound, unnest(topics) as named
    from posts_without_words
    join latest using (product)
    where day > last_day - 28
),
squares as (
    select product, named.topic, sum(compound * compound) / 1e8 as post_compound_sq_sum
    from about
    group by product, named.topic
),
measured as (
    select
        t.*,
        w.scored,
        w.scored - t.posts as rest,
        t.post_compound_sum / nullif(t.posts, 0) as mean_named,
        (w.compound_sum - t.post_compound_sum) / nullif(w.scored - t.posts, 0) as mean_rest,
        s.post_compound_sq_sum,
        w.compound_sq_sum - s.post_compound_sq_sum as rest_sq_sum,
        t.posts / nullif(w.scored, 0) as share,
        t.posts_before / nullif(w.scored_before, 0) as share_before,
        t.compound_sum / nullif(t.posts, 0) as mean_compound,
        t.compound_sum_before / nullif(t.posts_before, 0) as mean_before,
        w.compound_sum / nullif(w.scored, 0)
        - (w.compound_sum - coalesce(t.post_compound_sum, 0)) / nullif(w.scored - t.posts, 0) as impact
    from per_topic as t
    join whole as w on w.product = t.product
    left join squares as s on s.product = t.product and s.topic = t.topic
),
bounded as (
    select
        *,
        case when posts >= 5 and rest >= 5 then 1.959964 * sqrt(
            share * share * (
                greatest(post_compound_sq_sum - posts * mean_named * mean_named, 0) / (posts - 1) / posts
                + greatest(rest_sq_sum - rest * mean_rest * mean_rest, 0) / (rest - 1) / rest
            )
            + power(mean_named - mean_rest, 2) * share * (1 - share) / scored
        ) end as impact_margin
    from measured
)
select
    m.product,
    coalesce(p.name, m.product) as product_name,
    coalesce(p.own, false) as own,
    m.topic,
    coalesce(n.title, m.topic) as topic_title,
    m.posts,
    m.share,
    m.mean_compound,
    m.negative / nullif(m.posts, 0) as negative_share,
    m.rating_sum / nullif(m.rating_count, 0) as rating_mean,
    m.impact,
    m.impact - m.impact_margin as impact_low,
    m.impact + m.impact_margin as impact_high,
    m.posts_before,
    m.share_before,
    m.mean_before,
    m.negative_before / nullif(m.posts_before, 0) as negative_share_before,
    m.mean_compound - m.mean_before as change
from bounded as m
left join products as p on p.product = m.product
left join topics as n on n.topic = m.topic
order by m.product, m.impact nulls last, m.topic;

comment on view by_topic is 'One row per product x topic, worst impact first: the product''s last 28 days beside the 28 before. A post counts for every topic it names: shares do not add up to 1.';
comment on column by_topic.product is 'Product slug.';
comment on column by_topic.product_name is 'Product name, for people.';
comment on column by_topic.own is 'True for our own product, false for a competitor''s.';
comment on column by_topic.topic is 'Topic, see topics.';
comment on column by_topic.topic_title is 'Topic, for people.';
comment on column by_topic.posts is 'Posts of the last 28 days that name the topic.';
comment on column by_topic.share is 'posts as a share of the product''s scored posts of the same days, 0 to 1.';
comment on column by_topic.mean_compound is 'Mean of the topic''s own compound over those posts, in [-1, 1]: of the sentences that name it; null without any.';
comment on column by_topic.negative_share is 'Posts that speak negatively about the topic (<= -$compound_threshold) as a share of those that name it, 0 to 1.';
comment on column by_topic.rating_mean is 'Mean star rating of the posts that name the topic, 1 to 5; null without any.';
comment on column by_topic.impact is 'The product''s mean compound over the 28 days minus the same without the posts that name the topic: below 0, they pull it down; 0 without any. Null where every post names it.';
comment on column by_topic.impact_low is 'Lower end of the 95% interval of impact, from the spread of the scores on both sides and of the share; null under 5 posts with or without the topic. Where it lies below 0 and impact_high above, the pull may be chance.';
comment on column by_topic.impact_high is 'Upper end of the 95% interval of impact; see impact_low.';
comment on column by_topic.posts_before is 'Posts of the 28 days before that name the topic.';
comment on column by_topic.share_before is 'posts_before as a share of the product''s scored posts of those days, 0 to 1; null without any.';
comment on column by_topic.mean_before is 'Mean of the topic''s compound over the 28 days before; null without any.';
comment on column by_topic.negative_share_before is 'Negative share of the 28 days before, 0 to 1; null without any.';
comment on column by_topic.change is 'mean_compound - mean_before; null where either is missing. No verdict: small n moves a lot.';
