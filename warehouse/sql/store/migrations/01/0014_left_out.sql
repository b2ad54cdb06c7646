-- Authors whose posts are no opinions (bots, moderators), and products that are configured no more.

-- one row per author whose posts are left out, of whatever channel; author_key = md5(author), the author being an HMAC already
create table excluded_authors (
    author_key varchar not null,
    "at" timestamp not null
);

-- false: the configuration lists it no more. Its history stays; shares and comparisons leave it out.
alter table products add column tracked boolean default true;
