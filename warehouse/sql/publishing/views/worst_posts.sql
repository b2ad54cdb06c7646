-- one row per retained post of a product's last 28 days with data that reads negative, worst first
create view worst_posts as
with latest as (
    select product, max(day) as last_day
    from daily
    group by product
)
select
    s.day,
    s.product,
    coalesce(p.name, s.product) as product_name,
    coalesce(p.own, false) as own,
    s.channel,
    s.source,
    s.market,
    s.compound,
    s.rating,
    s.app_version,
    s.title,
    s.text,
    s.url,
    s.post_id
from posts_with_words as s
join latest on latest.product = s.product and s.day > latest.last_day - 28
left join products as p on p.product = s.product
where s.scored and s.compound <= -$compound_threshold
order by s.compound, s.day desc, s.product, s.channel, s.post_id;

comment on view worst_posts is 'One row per post, worst first: negative posts (compound <= -$compound_threshold) of each product''s last 28 days with data whose text is still kept.';
comment on column worst_posts.day is 'Calendar day in the reporting time zone.';
comment on column worst_posts.product is 'Product slug.';
comment on column worst_posts.product_name is 'Product name, for people.';
comment on column worst_posts.own is 'True for our own product, false for a competitor''s.';
comment on column worst_posts.channel is 'Configured way into a source.';
comment on column worst_posts.source is 'Kind of service.';
comment on column worst_posts.market is 'Country or language the source knows; empty where it knows none.';
comment on column worst_posts.compound is 'Compound score, in [-1, -$compound_threshold].';
comment on column worst_posts.rating is 'Stars, 1 to 5, where the source has them; fractions where it has half stars or another scale.';
comment on column worst_posts.app_version is 'App version the post is about, where the source says.';
comment on column worst_posts.title is 'Title; empty where the source has none.';
comment on column worst_posts.text is 'Text, as posted.';
comment on column worst_posts.url is 'Where to read it in place, where the source says.';
comment on column worst_posts.post_id is 'The service''s id, unique within the channel.';
