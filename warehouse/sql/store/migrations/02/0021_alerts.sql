-- Alerts: who is to be told of what, what was noted, and the messages to send (an outbox).

-- one row per target of the configuration: its name, never its address; past ones are deleted
create table alert_targets (
    target varchar not null,
    -- of: worse, better, silent, spam, failed_night, backlog
    kinds varchar[] not null,
    -- empty: all
    products varchar[] not null
);

-- one row per alert: one thing that happened x target
create table alerts (
    alert varchar not null,
    target varchar not null,
    kind varchar not null,
    -- empty: of the whole installation
    product varchar not null,
    -- the episode (what_changed.episode), or what names the wave, the series of nights, the channel
    subject varchar not null,
    first_day date not null,
    last_day date not null,
    -- how far it has spread; more of it is told as an update
    reach integer not null,
    -- open, ended, withdrawn (what came since no longer shows it)
    state varchar not null,
    -- of failed nights and channels behind: what is wrong, in words; none of a post
    detail varchar not null,
    noted_at timestamp not null,
    -- the target's own id of the first message, under which updates are put; null where it gives none
    thread varchar
);

-- one row per message: the first of an alert, an update of it, or a day's summary of what the daily limit held back
create table alert_outbox (
    -- sent with every attempt, the same each time
    message varchar not null,
    target varchar not null,
    -- null for a summary
    alert varchar,
    -- new, grown, again, ended, withdrawn, summary
    what varchar not null,
    queued_at timestamp not null,
    -- due, sending (an attempt whose answer is not known), summed (in a summary), delivered, dropped
    status varchar not null,
    attempts integer not null,
    -- not before; null: at once
    retry_at timestamp,
    tried_at timestamp,
    delivered_at timestamp,
    error varchar,
    -- the summary that it is part of
    summary varchar
);
