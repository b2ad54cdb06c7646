-- One row per topic that posts of a product name, the commonest first.
select
    coalesce(n.title, t.topic) as topic,
    count(*) as posts,
    avg(t.compound) as mean_compound,
    avg(p.rating) as stars
from post_topics as t
join posts as p on p.channel = t.channel and p.product = t.product and p.post_id = t.post_id
left join topics as n on n.topic = t.topic
where t.product = $product
group by all
order by posts desc, topic
limit $most
