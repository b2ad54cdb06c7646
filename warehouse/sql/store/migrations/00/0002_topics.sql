-- Topics live with the post that has them, so whatever moves, changes or removes a post does the same to its topics.
-- Null: nobody looked for topics (unscored, or scored by a version without them). Empty: it names none.
alter table posts add column topics struct(topic varchar, "compound" double, sentences integer)[];

-- one row per (channel, product, post_id, topic): what a post says about a topic; read from posts, never written
create view post_topics as
select channel, product, post_id, named.topic, day, named.compound, named.sentences
from (select channel, product, post_id, day, unnest(topics) as named from posts);

-- one row per topic of the configuration, past ones included
create table topics (
    topic varchar not null,
    title varchar not null
);

-- one row per day x product x channel x topic that has posts: scores are the topic's own, of the sentences naming it
create table daily_topic (
    day date not null,
    product varchar not null,
    channel varchar not null,
    source varchar not null,
    topic varchar not null,
    posts bigint not null,
    scored bigint not null,
    unscored bigint not null,
    positive bigint not null,
    neutral bigint not null,
    negative bigint not null,
    compound_sum double not null,
    compound_sq_sum double not null,
    mean_compound double,
    vader_compound_sum double not null,
    rating_count bigint not null,
    rating_sum bigint not null,
    nps_count bigint not null,
    nps_promoters bigint not null,
    nps_passives bigint not null,
    nps_detractors bigint not null,
    recommend_count bigint not null,
    recommend_yes bigint not null,
    likes_weight bigint not null,
    likes_weighted_sum double not null,
    authors bigint not null,
    complete boolean not null,
    scorer_version varchar not null,
    updated_at timestamp not null,
    -- of the posts as a whole, not of the topic: a product's mean without the topic is (its sum - this) / (its n - scored)
    post_compound_sum double not null
);
