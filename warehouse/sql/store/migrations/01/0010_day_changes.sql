-- Edits stand in day_changes, as every other reason does: what changed in a day is what was seen to change in its numbers.
-- Those before are told as well as they are known: by the day their post has now.
insert into day_changes
select
    '', channel, product, day, seen_at, reason, count(*), count(old_compound), count(new_compound),
    cast(coalesce(sum(cast(old_compound as decimal(18, 4))), 0) as double),
    cast(coalesce(sum(cast(new_compound as decimal(18, 4))), 0) as double)
from revisions
-- One whose versions were seen in one answer changed no number.
where old_seen_at is null or old_seen_at < seen_at
group by channel, product, day, seen_at, reason;
