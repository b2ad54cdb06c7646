-- one row per day whose numbers or posts changed since the published file was last brought up to date
create table unpublished (
    day date not null
);
