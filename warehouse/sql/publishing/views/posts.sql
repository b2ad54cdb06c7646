-- one row per (channel, product, post_id); title and text are null once they are past their retention
create view posts as
select * exclude (topics) from posts_with_words
union all
select * exclude (topics) from posts_without_words;

comment on view posts is 'One row per post x product: the facts and the score; title and text while retained.';
comment on column posts.channel is 'Configured way into a source; post ids are unique within it.';
comment on column posts.product is 'Product slug; a post that mentions two products is two rows.';
comment on column posts.post_id is 'The service''s id, unique within the channel.';
comment on column posts.source is 'Kind of service.';
comment on column posts.kind is 'post, comment, review or survey.';
comment on column posts.market is 'Country or language the source knows; empty where it knows none.';
comment on column posts.created_at is 'When it was posted, UTC.';
comment on column posts.edited_at is 'When it was last edited, UTC, where the service says.';
comment on column posts.day is 'Calendar day of created_at in the reporting time zone.';
comment on column posts.author is 'Pseudonym (HMAC-SHA-256 with a local secret); never the name.';
comment on column posts.title is 'Title, while retained; null after that and for posts without words.';
comment on column posts.text is 'Text, while retained; null after that and for posts without words.';
comment on column posts.rating is 'Stars, 1 to 5, where the source has them; fractions where it has half stars or another scale.';
comment on column posts.nps is 'Answer to the NPS question, 0 to 10.';
comment on column posts.recommended is 'Thumbs up or down, where the source asks that.';
comment on column posts.app_version is 'App version the post is about, where the source says.';
comment on column posts.likes is 'Net score or helpful votes, as the source counts them; may be negative.';
comment on column posts.url is 'Where to read it in place.';
comment on column posts.language_hint is 'Language the source names; often the device''s.';
comment on column posts.reply_count is 'Answers below it, a developer''s included.';
comment on column posts.raw_created is 'created_at as received, where it had another zone or form.';
comment on column posts.language is 'Language of the text by our gate (ISO 639-1); null without text.';
comment on column posts.scored is 'True when it has a score.';
comment on column posts.unscored_reason is 'Why it has none: no text, says nothing (No, N/A, -), language.';
comment on column posts.compound is 'VADER''s compound score, in [-1, 1], four decimals; null when unscored.';
comment on column posts.positive is 'Positive share of the text, 0 to 1.';
comment on column posts.neutral is 'Neutral share of the text, 0 to 1.';
comment on column posts.negative is 'Negative share of the text, 0 to 1.';
comment on column posts.vader_compound is 'Compound of bare vaderSentiment, without the product overlay.';
comment on column posts.capped is 'True when the text was longer than the scorer reads; the rest was not scored.';
comment on column posts.scorer_version is 'Package, profile and lexicon behind the score.';
comment on column posts.first_seen_at is 'When it first landed, UTC.';
comment on column posts.updated_at is 'When it last changed here, UTC.';
comment on column posts.spam is 'Why it is taken for spam: contact (a number to call, written and spread as advertisers do), campaign (a number to call and words that nobody else says), copies (of a text about something else), author (alike posts of one author); null for all others. See spam_episodes.';
