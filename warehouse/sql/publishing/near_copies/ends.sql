-- What there is to group of the temporary table `linked`, pairs of posts in the columns of post_pairs. A post is named by one
-- value, so that a pair finds each of its two by a whole key, never by the product that both share.

-- one row per post in a pair, numbered
create or replace temp table linked_posts as
with ends as (
    select row(product, day, channel, post_id) as post from linked
    union all
    select row(product, other_day, other_channel, other_post_id) from linked
)
select row_number() over () as no, post, count(*) as pairs
from ends
group by post;

-- one row per pair, by number. A leaf is in this pair only, as a copy of the first of its day is: it goes where the other goes.
create or replace temp table linked_pairs as
select a.no, b.no as other_no, a.pairs = 1 as leaf
from linked as l
join linked_posts as a on a.post = row(l.product, l.day, l.channel, l.post_id)
join linked_posts as b on b.post = row(l.product, l.other_day, l.other_channel, l.other_post_id);
