-- Every day anew, by `shifts` (the clock's shifts in the new zone) and `asked` (the days of each coverage row).

update posts
set day = cast(posts.created_at + to_seconds(z.shift) as date)
from shifts as z
where posts.created_at >= z.starts_at and posts.created_at < z.ends_at;

update texts
set day = p.day
from posts as p
where p.channel = texts.channel and p.product = texts.product and p.post_id = texts.post_id;

update revisions
set day = p.day
from posts as p
where p.channel = revisions.channel and p.product = revisions.product and p.post_id = revisions.post_id;

update coverage
set day_from = a.day_from, day_to = a.day_to
from asked as a
where a.row_no = coverage.rowid;

delete from coverage_daily;

delete from daily;

delete from daily_version;

delete from daily_topic;
