-- $posts posts over $days days of $products products in $channels channels, as nights would have left them: in the order
-- of landing (day, then channel, then product), ids without any order (the worst case for a look-up). Deterministic: every
-- value comes from a hash of the row's number. Half of the channels know a market.

-- one row per post, before the words
create or replace temp table generated as
select
    n,
    $first_day + cast((n * $days) // $posts as integer) as day,
    cast((hash(n) >> 8) % $channels as bigint) as channel_no,
    cast((hash(n) >> 24) % $products as bigint) as product_no,
    cast(hash(n + 1000000007) >> 2 as bigint) as r,
    cast(hash(n + 2000000011) >> 2 as bigint) as s
from range($posts) as numbers(n);

insert into posts (
    channel, product, post_id, source, kind, market, created_at, edited_at, day, author, rating, nps,
    recommended, app_version, likes, url, language_hint, reply_count, raw_created, "language", scored,
    unscored_reason, compound, positive, neutral, negative, vader_compound, capped, scorer_version,
    first_seen_at, updated_at, content_hash, topics
)
select
    'channel_' || channel_no,
    'product-' || product_no,
    left(md5('post' || n), 12),
    'source_' || channel_no,
    'review',
    case when channel_no % 2 = 0 then ['us', 'de', 'fr', 'jp', 'br'][1 + r % 5] else '' end,
    cast(day as timestamp) + to_microseconds(r % 86400000000),
    null,
    day,
    md5('author' || s % ($posts // 3 + 1)),
    case when channel_no < 4 then cast(1 + s % 5 as tinyint) end,
    null,
    null,
    case when channel_no < 4 then '4.' || (day - $first_day) // 14 || '.' || r % 2 end,
    r % 40,
    'https://example.org/product-' || product_no || '/posts/' || n,
    'en',
    s % 3,
    null,
    'en',
    s % 10 > 0,
    case when s % 10 = 0 then 'language' end,
    case when s % 10 > 0 then (cast(r % 20001 as integer) - 10000) / 1e4 end,
    case when s % 10 > 0 then 0.2 end,
    case when s % 10 > 0 then 0.7 end,
    case when s % 10 > 0 then 0.1 end,
    case when s % 10 > 0 then (cast(s % 20001 as integer) - 10000) / 1e4 end,
    false,
    $scorer_version,
    cast(day + 1 as timestamp),
    cast(day + 1 as timestamp),
    r,
    case
        when s % 10 > 0 then list_transform(
            range(r % 3), lambda i: {'topic': 'topic-' || (r // 7 + i * 5) % $topics, 'compound': 0.25, 'sentences': 1}
        )
    end
from generated
order by day, channel_no, product_no, n;

-- Words are kept for $kept_days: those of older posts were dropped by retention.
insert into texts
select
    'channel_' || channel_no,
    'product-' || product_no,
    left(md5('post' || n), 12),
    'source_' || channel_no,
    day,
    'Title of ' || n,
    'Since the update ' || md5('a' || n) || ' crashes, and ' || md5('b' || n) || ' is slow; support said ' || md5('c' || n),
    cast(day + 1 as timestamp)
from generated
where day >= $last_day - cast($kept_days as integer)
order by day, channel_no, product_no, n;

-- One post in fifty was edited once.
insert into revisions (
    channel, product, post_id, day, seen_at, edited_at, old_rating, new_rating, old_nps, new_nps, old_recommended,
    new_recommended, old_compound, new_compound, text_changed, reason
)
select
    'channel_' || channel_no, 'product-' || product_no, left(md5('post' || n), 12), day, cast(day + 2 as timestamp),
    cast(day + 1 as timestamp), 1, 5, null, null, null, null, -0.5, 0.5, true, 'edited'
from generated
where s % 50 = 7
order by day, channel_no, product_no, n;

insert into products (product, name, own) select 'product-' || i, 'Product ' || i, i < 3 from range($products) as numbers(i);
insert into topics select 'topic-' || i, 'Topic ' || i from range($topics) as numbers(i);
insert into channels (channel, source, connector) select 'channel_' || i, 'source_' || i, 'sample' from range($channels) as numbers(i);

-- Each night asked every channel for every product, a day and a half back.
insert into coverage (
    run_id, channel, source, product, asked_from, asked_to, reached, until, capped, note, posts, new, changed, unchanged,
    gone, rejected, status, error, landed_at, day_from, day_to
)
select
    'night-' || d, 'channel_' || c, 'source_' || c, 'product-' || p,
    cast($first_day + cast(d as integer) as timestamp) - interval 12 hour,
    cast($first_day + cast(d as integer) + 1 as timestamp),
    cast($first_day + cast(d as integer) as timestamp) - interval 12 hour,
    cast($first_day + cast(d as integer) + 1 as timestamp),
    false, '', 60, 57, 0, 3, 0, 0, 'ok', null, cast($first_day + cast(d as integer) + 1 as timestamp),
    $first_day + cast(d as integer) - 1, $first_day + cast(d as integer)
from range($days) as nights(d), range($channels) as channels(c), range($products) as products(p)
order by d, c, p;

insert into runs
select 'night-' || d, 'nightly', cast($first_day + cast(d as integer) + 1 as timestamp),
    cast($first_day + cast(d as integer) + 1 as timestamp) + interval 5 minute, 'ok', null
from range($days) as nights(d) order by d;

insert into watermarks
select 'channel_' || c, 'product-' || p, cast($last_day + 1 as timestamp)
from range($channels) as channels(c), range($products) as products(p);

insert into coverage_daily (day, product, channel, source, complete, covered_share)
select $first_day + cast(d as integer), 'product-' || p, 'channel_' || c, 'source_' || c, true, 1.0
from range($days) as nights(d), range($channels) as channels(c), range($products) as products(p)
order by d, p, c;

insert into meta values ('scorer_version', $scorer_version);
drop table generated;
