-- The causes of every episode, from what is kept, and what happened beside: releases and the words of those days.
insert into episode_causes
with kept as (
    select
        k.episode, e.product, k.dimension, k.value,
        case k.dimension
            when 'topic' then coalesce(t.title, k.value)
            when 'channel mix' then concat(case when k.posts_share < k.posts_share_before then 'fewer' else 'more' end, ' posts by ', k.value)
            when 'market mix' then 'posts from other markets'
            when 'rest' then 'no part alone'
            when 'competitor' then coalesce(p.name, k.value)
            else concat(k.dimension, ' ', k.value)
        end as label,
        k.named, k.share, k.share_low, k.share_high, k.contribution, k.contribution_low, k.contribution_high,
        k.within, k.mix, k.p,
        cast(k.n as bigint) as n, k.posts_share, k.mean, cast(k.n_before as bigint) as n_before, k.posts_share_before,
        k.mean_before, k.same_as
    from store.main.kept_causes as k
    join cause_episodes as e on e.episode = k.episode
    left join topics as t on k.dimension = 'topic' and t.topic = k.value
    left join products as p on k.dimension = 'competitor' and p.product = k.value
    where k.dimension <> ''
),
changes as (
    select episode, value - baseline as change, baseline
    from what_changed
),
-- Each word by itself; how posts scatter is taken from the share and mean alone, one standard deviation of a compound.
said as (
    select
        w.*, e.episode as of_episode, c.change,
        w.share * (coalesce(w.mean_compound, c.baseline) - c.baseline)
            - w.share_before * (coalesce(w.mean_before, c.baseline) - c.baseline) as part,
        1.96 * sqrt(
            0.3 * (w.share / w.all_authors + w.share_before / w.all_authors_before)
            + pow(coalesce(w.mean_compound, c.baseline) - c.baseline, 2) * w.share * (1 - w.share) / w.all_authors
        ) as half
    from emerging_words as w
    join cause_episodes as e on e.episode = w.episode and e.metric = 'sentiment'
    join changes as c on c.episode = w.episode
    where w.direction = 'more' and w.all_authors > 0 and w.all_authors_before > 0
),
beside as (
    select episode, product, dimension, value, label, named, share, share_low, share_high, contribution, contribution_low,
        contribution_high, within, mix, p, n, posts_share, mean, n_before, posts_share_before, mean_before, same_as
    from kept
    union all
    select
        of_episode, product, 'word', term, concat('"', term, '"'),
        part * change > 0 and abs(part) > half,
        part / nullif(change, 0),
        least((part - half) / nullif(change, 0), (part + half) / nullif(change, 0)),
        greatest((part - half) / nullif(change, 0), (part + half) / nullif(change, 0)),
        part, part - half, part + half, null, null, null,
        authors, share, mean_compound, authors_before, share_before, mean_before, []
    from said
    union all
    select
        e.episode, e.product, 'release', r.release,
        case when r.kind = 'version' then concat('version ', r.release) else r.release end,
        true, null, null, null, null, null, null, null, null, null, r.posts, null, null, null, null, null, []
    from cause_episodes as e
    join releases as r on r.product = e.product and r.day between e.first_day - 3 and e.last_day
)
select
    episode, product,
    row_number() over (
        partition by episode
        order by
            dimension in ('word', 'release', 'competitor'),
            list_position(['release', 'competitor', 'word'], dimension),
            not named, dimension <> 'rest', abs(share) desc nulls last, dimension, value
    ),
    dimension, value, label, named, share, share_low, share_high, contribution, contribution_low, contribution_high, within,
    mix, p, n, posts_share, mean, n_before, posts_share_before, mean_before, same_as
from beside
order by episode, 3;

drop table temp.cause_episodes;

drop table temp.cause_new;
