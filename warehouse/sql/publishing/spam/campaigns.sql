-- The words of a campaign: words of suspected posts that nobody else says, neither in these days nor before. New words that others
-- say too (`alone` false) are those of something that happened.

-- Words of a text: without markup, links, and what stands in place of masked data.
create or replace temp macro spam_plain(title, said) as lower(
    regexp_replace(concat(title, chr(10), said), '<[^>]*>|\[(?:phone|email|link|name|card|account)\]|https?://\S+|www\.\S+', ' ', 'g')
);

create or replace temp macro spam_words_of(said) as list_distinct(regexp_extract_all(said, '[\pL\pN]{2,}'));

-- one row per suspected post
create or replace temp table spam_said as
select s.text_no, s.product, s.day, spam_words_of(coalesce(s.said, spam_plain(t.title, t."text"))) as words
from spam_suspects as s
join texts as t on t.rowid = s.text_no
where t.day between $first_day - 2 and $last_day + 2;

-- one row per day to look through x word of four suspected posts of the five days around it
create or replace temp table spam_shared as
with spoken as (
    select product, day, unnest(words) as word from spam_said
),
by_day as (
    select product, day, word, count(*) as suspects from spoken group by product, day, word
)
select d.product, d.day, b.word, cast(sum(b.suspects) as bigint) as suspects
from spam_days as d
join by_day as b on b.product = d.product and b.day between d.day - 2 and d.day + 2
where d.day between $first_day and $last_day
group by d.product, d.day, b.word
having sum(b.suspects) >= 4;

-- one row per post that others are known by: at most 400 a day near, at most 70 a day before, drawn by their names
create or replace temp table spam_others as
with days as (
    select distinct product, day from spam_shared
),
around as (
    select distinct
        product, cast(unnest(generate_series(day - interval 30 day, day + interval 2 day, interval 1 day)) as date) as day
    from days
),
drawn as (
    select
        t.rowid as text_no, t.product, t.day,
        row_number() over (
            partition by t.product, t.day order by md5_number_lower(concat(t.channel, chr(31), t.post_id)), t.channel, t.post_id
        ) as place
    from texts as t
    join around as a on a.product = t.product and a.day = t.day
    where t.day between $first_day - 30 and $last_day + 2
)
select
    d.*,
    exists (from days as n where n.product = d.product and d.day between n.day - 2 and n.day + 2) as near
from drawn as d
where d.place <= 400;

delete from spam_others where place > 70 and not near;

-- one row per other post, without those that may hold a number: `plain` in these days means not suspected
create or replace temp table spam_others_said as
select
    o.product, o.day, o.place, o.near and s.text_no is null as plain,
    o.place <= 70 and not regexp_matches(concat(t.title, chr(10), t."text"), $may_call) as before,
    spam_words_of(spam_plain(t.title, t."text")) as words
from spam_others as o
join texts as t on t.rowid = o.text_no
left join spam_suspects as s on s.text_no = o.text_no
where t.day between $first_day - 30 and $last_day + 2;

-- one row per day x product: how many others are known, and of how many
create or replace temp table spam_others_days as
select
    s.product, s.day,
    count(*) filter (where s.plain) as plain,
    count(*) filter (where s.before) as before,
    any_value(d.posts) as posts
from spam_others_said as s
left join (
    select product, day, count(*) as posts from texts
    where day between $first_day - 30 and $last_day + 2
    group by product, day
) as d on d.product = s.product and d.day = s.day
group by s.product, s.day;

-- one row per day x product x shared word that others say
create or replace temp table spam_others_words as
with spoken as (
    select product, day, plain, before, unnest(words) as word
    from spam_others_said
    where plain or before
),
wanted as (
    select distinct product, word from spam_shared
)
select s.product, s.day, s.word, count(*) filter (where s.plain) as plain, count(*) filter (where s.before) as before
from spoken as s
semi join wanted as w on w.product = s.product and w.word = s.word
group by s.product, s.day, s.word;

-- one row per day to look through x word that is new: four suspected posts say it, and it was practically absent before
create or replace temp table spam_campaign as
with known as (
    select d.product, d.day, coalesce(sum(o.before), 0) as before
    from (select distinct product, day from spam_shared) as d
    left join spam_others_days as o on o.product = d.product and o.day between d.day - 30 and d.day - 3
    group by d.product, d.day
    -- Of too few posts nobody can tell what is new.
    having coalesce(sum(o.before), 0) >= 50
),
said as (
    select
        s.product, s.day, s.word, s.suspects,
        -- Where posts are drawn, a drawn one stands for as many as there are for each.
        coalesce(sum(w.plain * greatest(n.posts / 400.0, 1.0)) filter (where w.day between s.day - 2 and s.day + 2), 0) as plain,
        coalesce(sum(w.before) filter (where w.day between s.day - 30 and s.day - 3), 0) as before
    from spam_shared as s
    left join spam_others_words as w
        on w.product = s.product and w.word = s.word and w.day between s.day - 30 and s.day + 2
    left join spam_others_days as n on n.product = w.product and n.day = w.day
    group by s.product, s.day, s.word, s.suspects
)
select s.product, s.day, s.word, s.suspects >= 3 * s.plain as alone
from said as s
join known as k on k.product = s.product and k.day = s.day
where s.before <= 0.002 * k.before;
