-- The words of a campaign: words of suspected posts that nobody else says, neither in these days nor before. New words that others
-- say too (`alone` false) are those of something that happened.

-- Words of a text: without markup, links, and what stands in place of masked data.
create or replace temp macro spam_plain(title, said) as lower(
    regexp_replace(concat(title, chr(10), said), '<[^>]*>|\[(?:phone|email|link|name|card|account)\]|https?://\S+|www\.\S+', ' ', 'g')
);

create or replace temp macro spam_words_of(said) as list_distinct(regexp_extract_all(said, '[\pL\pN]{2,}'));

-- one row per day to look through with a suspected post near: of how many of the five days around it, what is suspected
create or replace temp table spam_calling as
select
    d.product, d.day, count(*) filter (where s.contact) as contact,
    count(*) filter (where s.contact and s.brazen) as brazen, count(*) filter (where s.links) as links
from (select product, day from spam_days where day between $first_day and $last_day) as d
join spam_suspects as s on s.product = d.product and s.day between d.day - 2 and d.day + 2
group by d.product, d.day;

-- one row per suspected post of which words decide (flags.sql): they are looked at for no other's sake
create or replace temp table spam_asked as
select s.text_no, s.product, s.day
from spam_suspects as s
join spam_calling as c on c.product = s.product and c.day = s.day
where not s.of_author and not (s.contact and s.brazen and c.brazen >= 4)
    and ((s.contact and c.contact >= 4) or (s.links and c.links >= 4) or s.copies >= 6);

-- one row per suspected post of the days around those
create or replace temp table spam_said as
with days as (
    select distinct product, cast(unnest(generate_series(day - interval 2 day, day + interval 2 day, interval 1 day)) as date) as day
    from spam_asked
)
select
    s.text_no, s.product, s.day, s.said is null as as_others,
    spam_words_of(coalesce(s.said, spam_plain(t.title, t."text"))) as words
from spam_suspects as s
join days as d on d.product = s.product and d.day = s.day
join texts as t on t.rowid = s.text_no
where t.day between $first_day - 2 and $last_day + 2;

-- one row per day to look through x word of a post that is asked about, and of four suspected posts of the five days around it
create or replace temp table spam_shared as
with wanted as (
    select distinct s.product, s.day, unnest(s.words) as word
    from spam_said as s
    semi join spam_asked as a on a.text_no = s.text_no
),
spoken as (
    select product, day, unnest(words) as word from spam_said
),
by_day as (
    select s.product, s.day, s.word, count(*) as suspects
    from spoken as s
    semi join wanted as w on w.product = s.product and w.word = s.word
    group by s.product, s.day, s.word
)
select w.product, w.day, w.word, cast(sum(b.suspects) as bigint) as suspects
from wanted as w
join by_day as b on b.product = w.product and b.word = w.word and b.day between w.day - 2 and w.day + 2
group by w.product, w.day, w.word
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
    o.product, o.day, o.plain, o.before,
    case when w.as_others then w.words else spam_words_of(spam_plain(o.title, o."text")) end as words
from (
    select
        d.text_no, d.product, d.day, t.title, t."text", d.near and s.text_no is null as plain,
        d.place <= 70 and not regexp_matches(concat(t.title, chr(10), t."text"), $may_call) as before
    from spam_others as d
    join texts as t on t.rowid = d.text_no
    left join spam_suspects as s on s.text_no = d.text_no
    where t.day between $first_day - 30 and $last_day + 2
) as o
left join spam_said as w on w.text_no = o.text_no
where o.plain or o.before;

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
