-- one row: how many suspected posts, flagged posts and sums of them there are to look at
select
    (select count(*) from spam_suspects)
    + (select count(*) from posts where spam is not null and day between $first_day and $last_day)
    + (select count(*) from daily_spam where day between $first_day and $last_day)
