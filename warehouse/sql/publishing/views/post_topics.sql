-- one row per (channel, product, post_id, topic)
create view post_topics as
select channel, product, post_id, named.topic, day, named.compound, named.sentences
from (
    select channel, product, post_id, day, unnest(topics) as named from posts_with_words
    union all
    select channel, product, post_id, day, unnest(topics) as named from posts_without_words
);

comment on view post_topics is 'One row per post x product x topic: what a scored post says about a topic. A post may name several topics, or none.';
comment on column post_topics.channel is 'Configured way into a source; post ids are unique within it.';
comment on column post_topics.product is 'Product slug.';
comment on column post_topics.post_id is 'The service''s id, unique within the channel.';
comment on column post_topics.topic is 'Topic, see topics.';
comment on column post_topics.day is 'Calendar day of the post in the reporting time zone.';
comment on column post_topics.compound is 'Mean compound of the sentences that name the topic, each scored for itself, in [-1, 1], four decimals.';
comment on column post_topics.sentences is 'So many sentences name it.';
