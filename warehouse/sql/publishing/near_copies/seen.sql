-- What the robust sums were computed from, to see what changes from now on.
delete from daily_robust_seen
where rowid in (
    select s.rowid
    from daily_robust_seen as s
    join changed_days as c on c.product = s.product and c.day = s.day
);

insert into daily_robust_seen
select day, product, seen
from changed_days
where seen is not null;
