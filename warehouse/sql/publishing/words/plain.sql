-- The words of the drawn posts by DuckDB's own means; words_compiled.py does the same in a compiled pass.

-- one row per drawn post: its words
create or replace temp table word_posts as
select
    post_no,
    -- Words, numbers with dots (4.2.0), and the marks that end a sentence: no phrase goes over them. Links are left out.
    regexp_extract_all(
        regexp_replace(said, 'https?://[^[:space:]]+|[^[:space:]]+@[^[:space:]]+', ' ', 'g'),
        '[0-9]+(?:[.][0-9]+)+|[\pL\pN]+(?:''[\pL]+)?|[.!?;:,()\n]+'
    ) as words
from word_texts;

-- one row per word, by number. A word that is there fewer than three times is in no term of three people, and not looked at.
create or replace temp table word_list as
select row_number() over () as word_no, word
from (select unnest(words) as word from word_posts)
group by word
having count(*) >= 3 and regexp_matches(word, '[\pL\pN]');
