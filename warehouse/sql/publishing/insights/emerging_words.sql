-- one row per product x window x direction x word or phrase of two words
create table emerging_words as
with listed as (
    select k.window_no, unnest(t.terms) as found
    from word_keys as k
    join store.main.window_terms as t on t.key = k.key
)
select
    w.product,
    coalesce(p.name, w.product) as product_name,
    w."window",
    w.episode,
    w.first_day,
    w.last_day,
    case when s.found.g2 > 0 then 'more' else 'less' end as direction,
    s.found."rank" as "rank",
    s.found.term as term,
    s.found.g2 as g2,
    s.found.a as authors,
    s.found.n as all_authors,
    s.found.b as authors_before,
    s.found.m as all_authors_before,
    cast(s.found.a as double) / s.found.n as share,
    cast(s.found.b as double) / s.found.m as share_before,
    s.found.mean_compound as mean_compound,
    s.found.mean_before as mean_before
from listed as s
join word_windows as w on w.window_no = s.window_no
left join products as p on p.product = w.product
order by w.product, w.first_day desc, w.episode, direction desc, "rank";

drop table temp.word_windows;

drop table temp.word_days;

drop table temp.word_used;

drop table temp.word_keys;

comment on table emerging_words is 'One row per product x window x direction x word or phrase of two: what more people (or fewer) say than in the 56 days before, strongest first. English, complete days, words still kept; stop words are left out, and terms that share a word with a stronger one.';
comment on column emerging_words.product is 'Product slug.';
comment on column emerging_words.product_name is 'Product name, for people.';
comment on column emerging_words."window" is 'last 7 days (to the last complete one), or episode (its days, at most 6 before its alarm and 6 after).';
comment on column emerging_words.episode is 'The episode, see what_changed; empty for the last 7 days.';
comment on column emerging_words.first_day is 'First day of the window; the 56 days before it are the comparison.';
comment on column emerging_words.last_day is 'Last day of the window.';
comment on column emerging_words.direction is 'more or less often than before.';
comment on column emerging_words."rank" is 'Place in its window and direction, 1 the strongest.';
comment on column emerging_words.term is 'Word or phrase, in small letters.';
comment on column emerging_words.g2 is 'Signed log-likelihood ratio of the two shares of authors (Dunning 1993, Rayson and Garside 2000); only from 15.13 on, which chance passes once in ten thousand words.';
comment on column emerging_words.authors is 'Different authors of the window who say it.';
comment on column emerging_words.all_authors is 'Different authors of the window.';
comment on column emerging_words.authors_before is 'Different authors of the 56 days before who say it.';
comment on column emerging_words.all_authors_before is 'Different authors of the 56 days before.';
comment on column emerging_words.share is 'authors / all_authors.';
comment on column emerging_words.share_before is 'authors_before / all_authors_before.';
comment on column emerging_words.mean_compound is 'Mean compound of the posts that say it in the window, each author once; null without any.';
comment on column emerging_words.mean_before is 'The same before.';
