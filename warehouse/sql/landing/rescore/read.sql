-- one row per post of a batch with its words, "" where it never had any
select r.stored, coalesce(t.title, '') as title, coalesce(t.text, '') as "text"
from rescoring as r
left join texts as t on t.rowid = r.words
where r.n between $first and $last
order by r.n
