-- What each window's terms are made of, as one key: a window whose key is known has the terms that it had (keep.sql).

-- one row per product x channel x day with scored posts whose words are kept, within any window or the 56 days before it:
-- how many, and a digest of all that is read of them
create or replace temp table word_days as
select
    row_number() over () as span_no, product, channel, day, count(*) as posts,
    bit_xor(hash(post_id, author, compound, market, app_version, topics, title, text)) as digest
from posts_with_words
where scored
    and day >= (select min(first_day) - 56 from word_windows) and day <= (select max(last_day) from word_windows)
group by product, channel, day;

-- one row per window x channel x day that is read: whole days, of channels that have some on both sides
create or replace temp table word_used as
select w.window_no, k.channel, k.day, k.day >= w.first_day as is_now
from word_windows as w
join coverage_daily as k
    on k.product = w.product and k.complete and k.day >= w.first_day - 56 and k.day <= w.last_day
    and (w.channel = '' or k.channel = w.channel)
qualify bool_or(is_now) over (partition by w.window_no, k.channel)
    and bool_or(not is_now) over (partition by w.window_no, k.channel);

-- one row per window: its key. Where each side is drawn whole, it is the same however many may be drawn.
create or replace temp table word_keys as
with read as (
    select u.window_no, u.is_now, u.channel, u.day, d.posts, d.digest, sum(d.posts) over (partition by u.window_no, u.is_now) as of_side
    from word_used as u
    join word_windows as w on w.window_no = u.window_no
    join word_days as d on d.product = w.product and d.channel = u.channel and d.day = u.day
)
select
    w.window_no,
    md5(concat_ws(
        chr(31), $made_by, w.product, w.first_day, w.channel, w.market, w.topic, w.app_version,
        string_agg(
            concat_ws(chr(30), r.channel, r.day, r.is_now, r.posts, r.digest, case when r.of_side > $most then $most end), chr(31)
            order by r.channel, r.day
        )
    )) as key
from word_windows as w
left join read as r on r.window_no = w.window_no
group by w.window_no, w.product, w.first_day, w.channel, w.market, w.topic, w.app_version;
