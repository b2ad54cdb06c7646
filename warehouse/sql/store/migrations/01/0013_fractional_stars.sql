-- Stars may be fractions: half stars, and answers on another scale. Held to four decimals; whole ones stay as they are.
alter table posts alter rating type double;

alter table revisions alter old_rating type double;

alter table revisions alter new_rating type double;

alter table daily alter rating_sum type double;

alter table daily_version alter rating_sum type double;

alter table daily_topic alter rating_sum type double;
