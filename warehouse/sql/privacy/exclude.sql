-- What keeps the posts of $authors out from now on.
insert into excluded_authors
select distinct md5(author), cast($now as timestamp)
from unnest(cast($authors as varchar[])) as authors(author)
where md5(author) not in (select author_key from excluded_authors);
