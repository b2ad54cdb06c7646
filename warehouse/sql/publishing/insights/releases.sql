-- one row per product x release: versions that reviews name, and launches of the configuration
create table releases as
with began as (
    select product, channel, min(day) as first_day
    from daily_version
    group by product, channel
),
versions as (
    select app_version
    from (select distinct app_version from daily_version)
    where regexp_matches(app_version, '[0-9]')
),
-- An edited review may name the version of the day of its edit: that day is the one the version was seen on. All others are
-- counted by the day already; only the edited are read one by one.
moved as (
    select
        product, channel, app_version, day,
        day + cast(cast(edited_at as date) - cast(created_at as date) as integer) as seen_day, count(*) as posts
    from posts
    where edited_at is not null and app_version is not null and cast(edited_at as date) <> cast(created_at as date)
    group by all
),
named as (
    select n.product, n.channel, n.app_version, n.day, sum(n.posts) as posts
    from (
        select product, channel, app_version, day, posts from daily_version
        union all
        select product, channel, app_version, day, -posts from moved
        union all
        select product, channel, app_version, seen_day, posts from moved
    ) as n
    join versions as v on v.app_version = n.app_version
    group by n.product, n.channel, n.app_version, n.day
    having sum(n.posts) > 0
),
all_named as (
    select product, channel, day, sum(posts) as posts
    from named
    group by product, channel, day
),
ahead as (
    select
        product, channel, day,
        sum(posts) over (
            partition by product, channel order by day range between current row and interval 13 days following
        ) as all_posts_14d
    from all_named
),
seen as (
    select
        product, channel, app_version, day,
        sum(posts) over week as posts_7d,
        sum(posts) over fortnight as posts_14d,
        coalesce(sum(posts) over past, 0) as posts_before
    from named
    window
        week as (partition by product, channel, app_version order by day range between current row and interval 6 days following),
        fortnight as (partition by product, channel, app_version order by day range between current row and interval 13 days following),
        past as (partition by product, channel, app_version order by day rows between unbounded preceding and 1 preceding)
),
-- A version is out on the first day from which five reviews of a week name it and one in twenty of a fortnight does:
-- a typo or a review from an old phone is not followed by others.
out_on as (
    select
        s.product, s.channel, s.app_version, min(s.day) as day,
        arg_min(s.posts_14d, s.day) as posts_14d,
        arg_min(s.posts_14d / a.all_posts_14d, s.day) as share_14d,
        arg_min(s.posts_before, s.day) as posts_before
    from seen as s
    join ahead as a on a.product = s.product and a.channel = s.channel and a.day = s.day
    where s.posts_7d >= 5 and s.posts_14d >= 0.05 * a.all_posts_14d
    group by s.product, s.channel, s.app_version
),
numbered as (
    select *, list_transform(regexp_extract_all(app_version, '[0-9]{1,18}'), lambda part: cast(part as bigint)) as parts
    from out_on
),
-- An old version that many write about late is no release: it is newer than all that were out, or it takes over at once
-- (a repair of the old line beside a beta). What was out when the channel's reviews began has no known day.
released as (
    select n.*
    from numbered as n
    join began as b on b.product = n.product and b.channel = n.channel
    where n.day >= b.first_day + 3
        and (
            not exists (
                from numbered as o
                where o.product = n.product and o.channel = n.channel and o.day < n.day and o.parts >= n.parts
            )
            or (n.share_14d >= 0.3 and n.posts_before < 3)
        )
),
by_version as (
    select
        product, app_version as version, min(day) as day, list_sort(list(channel)) as channels,
        cast(sum(posts_14d) as bigint) as posts
    from released
    group by product, app_version
),
together as (
    select
        coalesce(l.product, v.product) as product,
        coalesce(l.name, v.version) as release,
        coalesce(l.version, v.version) as version,
        coalesce(l.day, v.day) as day,
        case when l.product is null then 'version' else 'launch' end as kind,
        coalesce(v.channels, cast([] as varchar[])) as channels,
        coalesce(v.posts, 0) as posts
    from by_version as v
    full join (select distinct product, day, name, version from store.main.launches) as l on l.product = v.product and l.version = v.version
)
select
    t.product,
    coalesce(p.name, t.product) as product_name,
    t.release,
    t.version,
    t.day,
    t.kind,
    t.channels,
    t.posts,
    (
        select max(o.day) from together as o
        where o.product = t.product and o.day < t.day
            and (len(o.channels) = 0 or len(t.channels) = 0 or list_has_any(o.channels, t.channels))
    ) as previous_day,
    (
        select min(o.day) from together as o
        where o.product = t.product and o.day > t.day
            and (len(o.channels) = 0 or len(t.channels) = 0 or list_has_any(o.channels, t.channels))
    ) as next_day
from together as t
left join products as p on p.product = t.product
order by t.product, t.day desc, t.release;

comment on table releases is 'One row per product x release: versions as soon as reviews name them (five in a week and one in twenty of a fortnight, newer than those before), and launches of the configuration.';
comment on column releases.product is 'Product slug.';
comment on column releases.product_name is 'Product name, for people.';
comment on column releases.release is 'What it is called: the launch''s name, else the version.';
comment on column releases.version is 'App version; null for a launch without one.';
comment on column releases.day is 'The launch''s day, else the first day of the reviews that name the version.';
comment on column releases.kind is 'launch (listed in the configuration) or version (seen in reviews).';
comment on column releases.channels is 'Channels whose reviews name the version; empty for a launch that none names.';
comment on column releases.posts is 'Posts that name the version in its first 14 days.';
comment on column releases.previous_day is 'Day of the release before it on the same channels; null for the first.';
comment on column releases.next_day is 'Day of the release after it on the same channels; null for the last.';
