-- one row per word: what may stand alone, and what may stand in a phrase of two with another ("log in", "not working")
create or replace temp table word_kinds as
select
    w.word_no,
    w.word,
    s.word is null as says_something,
    s.word is null and length(w.word) > 1 and not regexp_full_match(w.word, '[0-9]+') as alone,
    s.word is null or j.word is not null as in_two
from word_list as w
left join stop_words as s on s.word = w.word
left join joining_words as j on j.word = w.word;
