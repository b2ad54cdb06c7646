-- What keeps it out from now on.

-- Of two tombstones the later one stays. A forgotten product's posts may be another product's: no tombstones for them.
delete from tombstones
using named as n
where $product is null and tombstones.channel = n.channel
    and tombstones.post_key = md5(n.channel || chr(31) || n.post_id) and tombstones.gone_at < $until;

insert into tombstones
select n.channel, md5(n.channel || chr(31) || n.post_id), $until
from named as n
where $product is null
    and not exists (
        select 1 from tombstones as t
        where t.channel = n.channel and t.post_key = md5(n.channel || chr(31) || n.post_id)
    );

insert into forgotten_authors
select distinct md5(author), cast($now as timestamp)
from unnest(cast(coalesce($authors, []) as varchar[])) as authors(author)
where md5(author) not in (select author_key from forgotten_authors);

delete from forgotten_products where product = $product;

insert into forgotten_products
select cast($product as varchar), cast($now as timestamp) where $product is not null;
