-- one row per day x product that has posts
create table robust_daily as
with plain as (
    select
        day, product,
        cast(sum(posts) as bigint) as posts, cast(sum(scored) as bigint) as scored,
        sum(cast(compound_sum as decimal(18, 4))) as compound_sum,
        cast(sum(likes_weight) as double) as likes_weight,
        cast(sum(cast(likes_weighted_sum as decimal(38, 4))) as double) as likes_weighted_sum
    from daily
    group by day, product
),
robust as (
    select
        day, product,
        -- Held to nine decimals (near_copies/votes.sql), added as decimals: exact in any order, and no -0.0.
        cast(sum(cast(votes as decimal(18, 9))) as double) as votes,
        cast(sum(cast(compound_votes_sum as decimal(18, 9))) as double) as compound_votes_sum,
        cast(sum(repeated) as bigint) as repeated, cast(sum(prolific) as bigint) as prolific
    from store.main.daily_robust
    group by day, product
)
select
    d.day,
    d.product,
    coalesce(p.name, d.product) as product_name,
    d.posts,
    d.scored,
    d.compound_sum / nullif(d.scored, 0) as mean_compound,
    round(r.votes, 6) as votes,
    r.compound_votes_sum / nullif(r.votes, 0) as robust_mean,
    r.compound_votes_sum / nullif(r.votes, 0) - d.compound_sum / nullif(d.scored, 0) as robust_change,
    d.likes_weighted_sum / nullif(d.likes_weight, 0) as likes_mean,
    coalesce(r.repeated, 0) as repeated,
    coalesce(r.prolific, 0) as prolific,
    coalesce(k.complete, false) as complete
from plain as d
left join robust as r on r.day = d.day and r.product = d.product
left join products as p on p.product = d.product
left join completeness as k on k.product = d.product and k.day = d.day
order by d.product, d.day;

comment on table robust_daily is 'One row per day x product that has posts: the plain mean beside one in which nobody counts twice and spam (posts.spam) not at all, and beside one weighted by likes.';
comment on column robust_daily.day is 'Calendar day in the reporting time zone.';
comment on column robust_daily.product is 'Product slug.';
comment on column robust_daily.product_name is 'Product name, for people.';
comment on column robust_daily.posts is 'Posts, scored or not.';
comment on column robust_daily.scored is 'Posts with a score.';
comment on column robust_daily.mean_compound is 'Plain mean compound, every scored post alike; null without any.';
comment on column robust_daily.votes is 'Sum of the scored posts'' weights: 1 / the greater of its author''s posts of the day and the posts of the day that say nearly the same. So an author has one vote a day, and so has a text. Posts taken for spam have none.';
comment on column robust_daily.robust_mean is 'Mean compound by these weights.';
comment on column robust_daily.robust_change is 'robust_mean - mean_compound: far from 0, a few made the day. Which, see bursts.';
comment on column robust_daily.likes_mean is 'Mean compound, each post weighing 1 + its likes (below 0 count as 0).';
comment on column robust_daily.repeated is 'Posts, without spam, that say nearly the same as another of the day (eight words or more).';
comment on column robust_daily.prolific is 'Posts, without spam, of authors with two or more on the day.';
comment on column robust_daily.complete is 'True when every channel asked about this day covers all of it.';
