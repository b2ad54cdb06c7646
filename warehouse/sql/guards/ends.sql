-- What there is to group of the temporary table `linked`, pairs of posts in the columns of post_pairs.

-- one row per post in a pair, numbered
create or replace temp table linked_posts as
with ends as (
    select product, day, channel, post_id from linked
    union all
    select product, other_day, other_channel, other_post_id from linked
)
select row_number() over () as no, product, day, channel, post_id, count(*) as pairs
from ends
group by product, day, channel, post_id;

-- one row per pair, by number. A leaf is in this pair only, as a copy of the first of its day is: it goes where the other goes.
create or replace temp table linked_pairs as
select a.no, b.no as other_no, a.pairs = 1 as leaf
from linked as l
join linked_posts as a on a.product = l.product and a.day = l.day and a.channel = l.channel and a.post_id = l.post_id
join linked_posts as b
    on b.product = l.product and b.day = l.other_day and b.channel = l.other_channel and b.post_id = l.other_post_id;
