-- Words as they are masked (`masked_words`: stored, title, text) go in the place of those that were kept.

-- one row per post whose words are others now
create or replace temp table remasked as
select
    t.post_id, p.rowid as post, p.content_hash as old_hash,
    md5_number_lower(m.title || chr(31) || m."text") as new_hash
from masked_words as m
join texts as t on t.rowid = m.stored
join posts as p on p.channel = t.channel and p.product = t.product and p.post_id = t.post_id;

update texts
set title = m.title, "text" = m."text"
from masked_words as m
where texts.rowid = m.stored;

-- The digest too: the same words, masked as they come, are no edit. An empty version is one that is to be scored again.
update posts
set content_hash = m.new_hash, scorer_version = case when $again then '' else scorer_version end
from remasked as m
where posts.rowid = m.post;

update revisions
set
    old_hash = case when revisions.old_hash = m.old_hash then m.new_hash else revisions.old_hash end,
    new_hash = case when revisions.new_hash = m.old_hash then m.new_hash else revisions.new_hash end
from remasked as m
where revisions.channel = $channel and revisions.product = $product and revisions.post_id = m.post_id;

drop table temp.remasked;
