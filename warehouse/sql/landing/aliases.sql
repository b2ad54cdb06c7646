-- After a new secret: `aliases` leads from old pseudonyms to new ones. The channel's posts of an author who was met get the
-- new one, so that a day never counts an author twice; a forgotten author stays forgotten, and an excluded one out.

insert into touched
select distinct p.product, p.day
from posts as p
join aliases as a on a.old = p.author
where p.channel = $channel;

update posts
set author = a.new
from aliases as a
where posts.channel = $channel and posts.author = a.old;

insert into forgotten_authors
select distinct md5(a.new), f."at"
from aliases as a
join forgotten_authors as f on f.author_key = md5(a.old)
where md5(a.new) not in (select author_key from forgotten_authors);

insert into excluded_authors
select distinct md5(a.new), e."at"
from aliases as a
join excluded_authors as e on e.author_key = md5(a.old)
where md5(a.new) not in (select author_key from excluded_authors);
