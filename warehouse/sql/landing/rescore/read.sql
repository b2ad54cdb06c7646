-- one row per post of a batch with its words, "" where it never had any, and the language that its source states
select r.stored, coalesce(t.title, '') as title, coalesce(t.text, '') as "text", p.language_hint
from rescoring as r
join posts as p on p.rowid = r.stored
left join texts as t on t.rowid = r.words
where r.n between $first and $last
order by r.n
