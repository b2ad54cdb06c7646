-- one row per episode x part of its change; filled when the views are there (causes/published.py), since what_changed reads it
create table episode_causes (
    episode varchar not null,
    product varchar not null,
    "rank" integer not null,
    dimension varchar not null,
    value varchar not null,
    label varchar not null,
    named boolean not null,
    share double,
    share_low double,
    share_high double,
    contribution double,
    contribution_low double,
    contribution_high double,
    within double,
    mix double,
    p double,
    n bigint,
    posts_share double,
    mean double,
    n_before bigint,
    posts_share_before double,
    mean_before double,
    same_as varchar[] not null
);

comment on table episode_causes is 'One row per episode x part of its change: what explains it, the named parts first; silence has none. Figures are in the terms of the episode''s metric: mean compound, stars, share of one star, NPS, posts a day. Parts are split jointly, so topics that overlap in one post are not counted twice; the named ones and the row "rest" add up to the change. Against the complete days among the 56 that end 3 days before, without days that stood out. The one ranking that sentences, page and digest read; docs/trends.md has the method.';
comment on column episode_causes.episode is 'The episode, as in what_changed.';
comment on column episode_causes.product is 'Product slug.';
comment on column episode_causes."rank" is 'Place within the episode: named parts by their share, the rest of the change, then what chance may have done.';
comment on column episode_causes.dimension is 'topic, channel, market, version; channel mix or market mix (posts come from others than before); rest (what no named part explains); word (said by more people, by itself: not in the sum); release (a launch, or a version seen first on those days or the 3 before); competitor (another product''s change on the same channels and days).';
comment on column episode_causes.value is 'Which one; markets after their channel; of a mix of channels the one that grew or shrank; the word, the release, the other product''s slug; empty for the rest and the mix of markets.';
comment on column episode_causes.label is 'The same for people.';
comment on column episode_causes.named is 'True where it differs from chance (p at most 0.05), pulls in the direction of the change, and makes a tenth of it at least. Of words: its interval does not hold 0. Of competitors: it changed in the same direction, beyond chance.';
comment on column episode_causes.share is 'contribution / the change: 0.62 explains 62% of it.';
comment on column episode_causes.share_low is 'Lower end of its 95% interval.';
comment on column episode_causes.share_high is 'Upper end of its 95% interval.';
comment on column episode_causes.contribution is 'Its part in the change: within + mix. Of a competitor: that product''s own change.';
comment on column episode_causes.contribution_low is 'Lower end of its 95% interval.';
comment on column episode_causes.contribution_high is 'Upper end of its 95% interval.';
comment on column episode_causes.within is 'Its posts sound different than expected.';
comment on column episode_causes.mix is 'It is written about more or less than before; of posts a day all of it.';
comment on column episode_causes.p is 'That chance alone pulls as far in the direction of the change, corrected for all parts tested (Holm); near 1 for what pulls the other way.';
comment on column episode_causes.n is 'Its posts of the episode''s days that have a value of the metric; of a word the authors.';
comment on column episode_causes.posts_share is 'Their share of all of them, 0 to 1.';
comment on column episode_causes.mean is 'Their mean; of counts its posts a day.';
comment on column episode_causes.n_before is 'The same of the days before.';
comment on column episode_causes.posts_share_before is 'Their share then; of topics as it would be with the channels and markets of now.';
comment on column episode_causes.mean_before is 'The same then.';
comment on column episode_causes.same_as is 'Parts that hold nearly the same posts: no data tells which of them it is.';
