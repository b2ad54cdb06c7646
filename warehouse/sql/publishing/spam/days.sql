-- Which days are looked through: what a post is taken for rests on the posts of the four days around its own, and on what was
-- written in the 30 days before.

-- one row per day x product to look through, with its posts
create or replace temp table spam_days as
with reached as (
    select distinct product, cast(unnest(generate_series(day - interval 2 day, day + interval 30 day, interval 1 day)) as date) as day
    from spam_due
),
counted as (
    select product, day, cast(sum(posts) as bigint) as posts from daily group by product, day
)
select r.product, r.day, coalesce(c.posts, 0) as posts
from reached as r
left join counted as c on c.product = r.product and c.day = r.day
-- A day that lost its last post has sums left over.
where c.posts is not null or exists (from spam_due as d where d.product = r.product and d.day = r.day);
