-- one row per post in a pair, and the cluster of all that pairs lead to from it; `group_of` (no, cluster) tells of those that
-- are no leaves
create or replace temp table clusters as
select
    p.post[1] as product, p.post[2] as day, p.post[3] as channel, p.post[4] as post_id,
    coalesce(g.cluster, k.other_no, p.no) as cluster
from linked_posts as p
left join (select no, other_no from linked_pairs where leaf) as k on k.no = p.no
left join group_of as g on g.no = coalesce(k.other_no, p.no);

drop table temp.linked;

drop table temp.linked_posts;

drop table temp.linked_pairs;
