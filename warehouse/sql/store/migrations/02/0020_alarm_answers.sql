-- What people answered to alarms.

-- one row per episode that was answered; the newest answer. Its product, metric, verdict and days find it again where its
-- alarm is judged anew and moves to another day.
create table alarm_answers (
    episode varchar not null,
    product varchar not null,
    metric varchar not null,
    verdict varchar not null,
    first_day date not null,
    last_day date not null,
    answer varchar not null,
    why varchar not null,
    answered_at timestamp not null
);
