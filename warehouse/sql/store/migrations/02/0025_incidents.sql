-- one row per incident that the configuration lists: something that is known to have happened to a product
create table incidents (
    product varchar not null,
    day date not null,
    name varchar not null
);
