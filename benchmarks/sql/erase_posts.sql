-- Posts of three years, 20 products and 8 channels; the words of the last 90 days. All from the row's number: always the same.

-- one row per post
insert into posts by name
select
    'channel_' || (i % 8) as channel,
    'product_' || (i % 20) as product,
    'post-' || i as post_id,
    'source_' || (i % 8) as source,
    'review' as kind,
    '' as market,
    timestamp '2023-01-01' + to_seconds(cast(i * (1095 * 86400.0 / $posts) as bigint)) as created_at,
    date '2023-01-01' + cast(floor(i * (1095.0 / $posts)) as integer) as day,
    -- (The last is the one that is erased, in the middle of the store.)
    case when i = $posts // 2 then $mark else md5('author ' || (hash(i) % 400000)) end as author,
    cast(1 + hash(i) % 5 as tinyint) as rating,
    'en' as language,
    true as scored,
    round((cast(hash(i + 1) % 20001 as integer) - 10000) / 10000.0, 4) as compound,
    0.1 as positive,
    0.8 as neutral,
    0.1 as negative,
    0.0 as vader_compound,
    false as capped,
    'benchmark' as scorer_version,
    created_at as first_seen_at,
    created_at as updated_at,
    cast(hash(i) as ubigint) as content_hash
from range($posts) as r(i);

-- one row per post whose words are kept
insert into texts by name
select
    channel, product, post_id, source, day, '' as title,
    -- Words that no two posts share: near-duplicates are another benchmark's business.
    array_to_string([md5(post_id || n)[1:9] for n in range(12)], ' ') as text,
    first_seen_at as seen_at
from posts
where day >= date '2025-10-02';

insert into touched
select distinct product, day from posts;
