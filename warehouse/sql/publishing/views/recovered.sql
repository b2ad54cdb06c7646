-- one row per review whose rating rose under the same id, and is still higher
create view recovered as
with dated as (
    select
        *,
        -- A service that does not date edits gives both versions the post's own time: when it was seen then has to do.
        case
            when new_written_at <= old_written_at then seen_at
            else coalesce(new_written_at, edited_at, seen_at)
        end as new_at,
        coalesce(new_rating > old_rating, false) or coalesce(new_recommended and not old_recommended, false) as rise
    from revisions
),
raises as (
    select
        *,
        coalesce(
            lag(new_at) over (partition by product, channel, post_id order by new_written_at, seen_at),
            old_written_at,
            seen_at
        ) as old_at
    from dated
),
first_rise as (
    select *
    from raises
    where rise
    qualify row_number() over (partition by product, channel, post_id order by new_at, seen_at) = 1
),
-- Since when it had been that low: the first known version that was no higher.
low as (
    select t.product, t.channel, t.post_id, min(t.old_at) as low_since
    from raises as t
    join first_rise as f on f.product = t.product and f.channel = t.channel and f.post_id = t.post_id
    where t.new_at <= f.new_at
        and coalesce(t.old_rating <= f.old_rating, true)
        and coalesce(not t.old_recommended or f.old_recommended, true)
    group by t.product, t.channel, t.post_id
)
select
    s.product,
    coalesce(p.name, s.product) as product_name,
    coalesce(p.own, false) as own,
    s.channel,
    s.source,
    s.market,
    s.post_id,
    s.day,
    f.old_rating as rating_before,
    s.rating as rating_now,
    f.old_recommended as recommended_before,
    s.recommended as recommended_now,
    low.low_since,
    f.new_at as recovered_at,
    greatest(date_diff('second', low.low_since, f.new_at), 0) / 86400 as days_to_recover,
    f.old_compound as compound_before,
    s.compound as compound_now,
    f.text_changed,
    coalesce(s.reply_count, 0) > 0 as answered,
    s.app_version,
    s.url
from first_rise as f
join low on low.product = f.product and low.channel = f.channel and low.post_id = f.post_id
join posts as s on s.product = f.product and s.channel = f.channel and s.post_id = f.post_id
left join products as p on p.product = s.product
where s.kind = 'review' and (
    coalesce(s.rating > f.old_rating, false) or coalesce(s.recommended and not f.old_recommended, false)
)
order by f.new_at desc, s.product, s.channel, s.post_id;

comment on view recovered is 'One row per review whose author raised the stars (or turned thumbs down into up) under the same id and has not taken it back. Only what was seen before and after the edit, or stands twice in an export, is known.';
comment on column recovered.product is 'Product slug.';
comment on column recovered.product_name is 'Product name, for people.';
comment on column recovered.own is 'True for our own product, false for a competitor''s.';
comment on column recovered.channel is 'Configured way into a source.';
comment on column recovered.source is 'Kind of service.';
comment on column recovered.market is 'Country or language the source knows; empty where it knows none.';
comment on column recovered.post_id is 'The service''s id, unique within the channel.';
comment on column recovered.day is 'Calendar day of the review; some services date an edited review anew.';
comment on column recovered.rating_before is 'Stars before the first rise; null where the source asks for thumbs.';
comment on column recovered.rating_now is 'Stars now.';
comment on column recovered.recommended_before is 'Thumbs before; null where the source asks for stars.';
comment on column recovered.recommended_now is 'Thumbs now.';
comment on column recovered.low_since is 'When the first version known to be that low was written, UTC; when it was seen, where the service does not date edits.';
comment on column recovered.recovered_at is 'When the first higher version was written, UTC; when it was seen, where the service does not date edits.';
comment on column recovered.days_to_recover is 'Days between the two.';
comment on column recovered.compound_before is 'Compound score before; null when unscored.';
comment on column recovered.compound_now is 'Compound score now; null when unscored.';
comment on column recovered.text_changed is 'True when the words changed with the rise.';
comment on column recovered.answered is 'True when the source shows a reply of the developer. Sources do not say here when it was written, so the rise may have come before it.';
comment on column recovered.app_version is 'App version of the review now, where the source says.';
comment on column recovered.url is 'Where to read it in place, where the source says.';
