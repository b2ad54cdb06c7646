-- one row per product with reviews whose stars or thumbs changed under the same id
create view recovery as
with changed_reviews as (
    select r.product, r.channel, r.post_id
    from revisions as r
    join posts as s on s.product = r.product and s.channel = r.channel and s.post_id = r.post_id and s.kind = 'review'
    where r.old_rating is distinct from r.new_rating or r.old_recommended is distinct from r.new_recommended
    group by r.product, r.channel, r.post_id
)
select
    t.product,
    coalesce(p.name, t.product) as product_name,
    coalesce(p.own, false) as own,
    count(*) as changed,
    count(v.post_id) as recovered,
    count(v.post_id) / count(*) as recovered_share,
    cast(avg(cast(v.rating_now as decimal(9, 4)) - cast(v.rating_before as decimal(9, 4))) as double) as stars_gained,
    median(v.days_to_recover) as median_days,
    count(*) filter (where v.answered) as answered,
    max(v.recovered_at) as last_recovered_at
from changed_reviews as t
left join recovered as v on v.product = t.product and v.channel = t.channel and v.post_id = t.post_id
left join products as p on p.product = t.product
group by t.product, p.name, p.own
order by t.product;

comment on view recovery is 'One row per product: how many reviews changed their stars or thumbs, how many of those for the better, and how long that took. See recovered for each.';
comment on column recovery.product is 'Product slug.';
comment on column recovery.product_name is 'Product name, for people.';
comment on column recovery.own is 'True for our own product, false for a competitor''s.';
comment on column recovery.changed is 'Reviews whose stars or thumbs are known to have changed.';
comment on column recovery.recovered is 'Those that stand higher now than before their first rise.';
comment on column recovery.recovered_share is 'recovered / changed, 0 to 1.';
comment on column recovery.stars_gained is 'Mean stars gained by the recovered; null where the source asks for thumbs.';
comment on column recovery.median_days is 'Median days from the low review to the rise; null without any.';
comment on column recovery.answered is 'Recovered reviews under which the source shows a reply of the developer.';
comment on column recovery.last_recovered_at is 'When the newest rise was written, UTC; null without any.';
