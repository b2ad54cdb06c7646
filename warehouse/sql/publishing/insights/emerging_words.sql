-- one row per product x window x direction x word or phrase of two words
create table emerging_words as
select
    w.product,
    coalesce(p.name, w.product) as product_name,
    w."window",
    w.episode,
    w.first_day,
    w.last_day,
    case when s.g2 > 0 then 'more' else 'less' end as direction,
    cast(r."rank" as integer) as "rank",
    s.term,
    s.g2,
    s.a as authors,
    s.n as all_authors,
    s.b as authors_before,
    s.m as all_authors_before,
    cast(s.a as double) / s.n as share,
    cast(s.b as double) / s.m as share_before,
    s.mean_compound,
    s.mean_before
from word_ranks as r
join word_scores as s on s.window_no = r.window_no and s.term = r.term
join word_windows as w on w.window_no = r.window_no
left join products as p on p.product = w.product
order by w.product, w.first_day desc, w.episode, direction desc, r."rank";

drop table temp.word_windows;

drop table temp.word_posts;

drop table temp.word_kinds;

drop table temp.word_authors;

drop table temp.word_scores;

drop table temp.word_ranks;

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
