-- one row per day that posts of this landing have: those that came, and of them the new and the changed
select
    b.day,
    count(*) as posts,
    count(*) filter (where m.row_no is null) as new,
    count(*) filter (where m.verdict = 'changed') as changed
from batch as b
left join matched as m on m.row_no = b.row_no
group by b.day
order by b.day;
