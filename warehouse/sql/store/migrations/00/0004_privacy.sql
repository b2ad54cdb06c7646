-- What is erased stays away, and what was erased is told in counts. Lists of what is kept out hold digests (md5 of what
-- already is a pseudonym or an id): after an erasure neither is left in the file.

-- one row per (channel, post) that stays out in every version up to gone_at: said to be deleted by its service, or
-- forgotten here, then up to the year 9999; post_key = md5(channel || chr(31) || post_id)
create table tombstones_by_key (
    channel varchar not null,
    post_key varchar not null,
    gone_at timestamp not null
);

insert into tombstones_by_key
select channel, md5(channel || chr(31) || post_id), gone_at from tombstones;

drop table tombstones;

alter table tombstones_by_key rename to tombstones;

-- one row per author whose posts stay out, of whatever channel; author_key = md5(author), the author being an HMAC already
create table forgotten_authors (
    author_key varchar not null,
    "at" timestamp not null
);

-- one row per forgotten product: a run that began before stays out; configured again, it may come
create table forgotten_products (
    product varchar not null,
    "at" timestamp not null
);

-- one row per erasure, in counts; finished_at is null until its bytes are out of the files
create table erasures (
    "at" timestamp not null,
    kind varchar not null,
    why varchar not null,
    posts bigint not null,
    texts bigint not null,
    other_rows bigint not null,
    days bigint not null,
    finished_at timestamp
);

-- one row per secret that pseudonyms were made with, by a fingerprint that leads nowhere
create table secrets (
    fingerprint varchar not null,
    since timestamp not null
);

-- one row per (channel, post_id) that its service was asked about since it was pulled
create table checks (
    channel varchar not null,
    post_id varchar not null,
    checked_at timestamp not null
);

-- Reddit's own addresses spell out the title, which outlived the words' retention; by id they lead to the same place.
update posts
set url = regexp_replace(
    regexp_replace(url, '^(https?://[^/]+)/r/[^/]+/comments/([^/]+)/[^/]*/([^/?#]+)/?$', '\1/comments/\2/_/\3/'),
    '^(https?://[^/]+)/r/[^/]+/comments/([^/]+)(/[^/]*)?/?$', '\1/comments/\2/'
)
where source = 'reddit' and url is not null;
