-- What each post of the days $first_day to $last_day is taken for. Only a wave is: somebody's one number to call is nobody's
-- campaign. Posts whose words are gone stay what they were taken for.

-- one row per post to flag, and why
create or replace temp table spam_verdicts as
with spoken as (
    -- No words of a campaign where most of what is new is said by others too.
    select
        s.text_no, count(*) as words,
        case
            when count(*) filter (where c.alone) >= 0.8 * count(c.word) then count(*) filter (where c.alone)
            else 0
        end as new_words
    from (
        select w.text_no, w.product, w.day, unnest(w.words) as word
        from spam_said as w
        semi join spam_asked as a on a.text_no = w.text_no
    ) as s
    left join spam_campaign as c on c.product = s.product and c.day = s.day and c.word = s.word
    group by s.text_no
),
told as (
    select
        s.product, s.day, s.channel, s.post_id,
        case
            when s.of_author then 'author'
            -- A number, and at least two of what advertisers do with it (spam_traits.py).
            when s.contact and s.brazen and coalesce(c.brazen, 0) >= 4 then 'contact'
            when s.contact and coalesce(c.contact, 0) >= 4 and w.new_words >= 4 and w.new_words >= 0.12 * w.words then 'campaign'
            when s.links and coalesce(c.links, 0) >= 4 and w.new_words >= 5 and w.new_words >= 0.3 * w.words then 'campaign'
            when s.contact and s.copies >= 4 then 'copies'
            -- Copies alone may be an error's words or a protest: only those that speak of what nobody else speaks of.
            when s.copies >= 6
                and (
                    (w.new_words >= 5 and w.new_words >= 0.35 * w.words)
                    or (w.new_words >= 15 and w.new_words >= 0.25 * w.words)
                )
                then 'copies'
        end as why
    from spam_suspects as s
    left join spoken as w on w.text_no = s.text_no
    left join spam_calling as c on c.product = s.product and c.day = s.day
    where s.day between $first_day and $last_day
)
select t.*
from told as t
join (from spam_days where day between $first_day and $last_day) as d on d.product = t.product and d.day = t.day
where t.why is not null;

-- one row per post whose flag is another now
create or replace temp table spam_changed as
select p.rowid as stored, v.why
from posts as p
join spam_days as d on d.product = p.product and d.day = p.day
left join spam_verdicts as v on v.product = p.product and v.channel = p.channel and v.post_id = p.post_id and v.day = p.day
where p.day between $first_day and $last_day and d.day between $first_day and $last_day
    and p.spam is distinct from v.why
    and (
        v.why is not null
        -- Gone words prove nothing: only a text that is there can be cleared.
        or exists (
            from spam_read as r
            where r.product = p.product and r.channel = p.channel and r.post_id = p.post_id and r.day = p.day
        )
    );

insert into unpublished
select distinct p.day
from posts as p
join spam_changed as c on c.stored = p.rowid;

insert into spam_voted
select d.*
from spam_days as d
semi join (select p.product, p.day from posts as p join spam_changed as c on c.stored = p.rowid) as c
    on c.product = d.product and c.day = d.day
where d.day between $first_day and $last_day;

update posts
set spam = c.why
from spam_changed as c
where posts.rowid = c.stored;
