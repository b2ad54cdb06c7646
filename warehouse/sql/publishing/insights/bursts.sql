-- one row per burst: a text that five or more posts of three days share, or an author with five or more posts on a day
create table bursts as
with members as (
    select
        c.cluster, c.product, c.day, c.channel, p.author, p.compound, p.created_at, p.post_id,
        concat_ws(chr(10), nullif(p.title, ''), p.text) as said,
        count(*) over (
            partition by c.cluster order by c.day range between interval 2 days preceding and current row
        ) as of_three_days
    from clusters as c
    join posts as p on p.product = c.product and p.channel = c.channel and p.post_id = c.post_id and p.day = c.day
),
repeated as (
    select
        product, 'repeated text' as kind, min(day) as first_day, max(day) as last_day, count(*) as posts,
        count(distinct coalesce(author, channel || chr(31) || post_id)) as authors,
        list_sort(list(distinct channel)) as channels,
        avg(cast(compound as decimal(18, 4))) as mean_compound,
        left(first(said order by created_at, channel, post_id) filter (where said <> ''), 280) as text
    from members
    group by cluster, product
    having max(of_three_days) >= 5
),
-- Not materialized: written down, the authors of a quarter of a year cost more than reading them twice.
recent as not materialized (
    select product, source, author, day, channel, compound
    from posts
    -- As far back as words are kept by default, as those of a repeated text (near_copies.py): a store of years is not read whole
    -- each night.
    where author is not null and day > (select max(day) - 90 from daily)
),
-- Counted first: hardly anybody is among them, and lists of channels cost.
loud as (
    select product, source, author, day
    from recent
    group by product, source, author, day
    having count(*) >= 5
),
prolific as (
    select
        r.product, 'one author' as kind, r.day as first_day, r.day as last_day, count(*) as posts, 1 as authors,
        list_sort(list(distinct r.channel)) as channels, avg(cast(r.compound as decimal(18, 4))) as mean_compound,
        cast(null as varchar) as text
    from recent as r
    join loud as l on l.product = r.product and l.source = r.source and l.author = r.author and l.day = r.day
    group by r.product, r.source, r.author, r.day
),
both_kinds as (
    from repeated
    union all
    from prolific
)
select
    b.product,
    coalesce(p.name, b.product) as product_name,
    b.kind,
    b.first_day,
    b.last_day,
    b.posts,
    cast(b.authors as bigint) as authors,
    b.channels,
    b.mean_compound,
    (
        select cast(sum(d.posts) as bigint) from daily as d
        where d.product = b.product and d.day between b.first_day and b.last_day
    ) as posts_of_days,
    b.text
from both_kinds as b
left join products as p on p.product = b.product
order by b.product, b.last_day desc, b.posts desc, b.kind, b.text;

comment on table bursts is 'One row per burst of the last 90 days with posts: nearly the same text (0.6 of its runs of three words; eight words or more) in five or more posts of three days, or five or more posts of one author on a day. No names.';
comment on column bursts.product is 'Product slug.';
comment on column bursts.product_name is 'Product name, for people.';
comment on column bursts.kind is 'repeated text, or one author.';
comment on column bursts.first_day is 'First day of a post in it, of the last 90.';
comment on column bursts.last_day is 'Last day of a post in it; repetitions at most two days apart go on with it.';
comment on column bursts.posts is 'Posts in it.';
comment on column bursts.authors is 'Different authors of these posts; a post without an author counts as one.';
comment on column bursts.channels is 'Channels they came through.';
comment on column bursts.mean_compound is 'Their mean compound, each post alike; null where none is scored.';
comment on column bursts.posts_of_days is 'All posts of the product from first_day to last_day.';
comment on column bursts.text is 'The earliest text in it that is still kept, its first 280 characters; null for one author, and once no text is kept.';
