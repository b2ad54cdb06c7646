-- one row per day x product x date on which a change of the day was seen (UTC) x reason
create view revised_days as
with changes as (
    select
        day,
        product,
        cast(seen_at as date) as seen_on,
        reason,
        cast(sum(posts) as bigint) as posts,
        cast(sum(scored_before) as bigint) as scored_before,
        cast(sum(scored_after) as bigint) as scored_after,
        cast(sum(cast(compound_sum_before as decimal(18, 4))) as double) as sum_before,
        cast(sum(cast(compound_sum_after as decimal(18, 4))) as double) as sum_after
    from day_changes
    group by all
),
today as (
    select day, product, cast(sum(scored) as bigint) as scored, sum(cast(compound_sum as decimal(18, 4))) as compound_sum
    from daily
    group by day, product
)
select
    c.day,
    c.product,
    coalesce(p.name, c.product) as product_name,
    c.seen_on,
    c.reason,
    c.posts,
    c.sum_before / nullif(c.scored_before, 0) as mean_before,
    c.sum_after / nullif(c.scored_after, 0) as mean_after,
    t.compound_sum / nullif(t.scored, 0) as day_mean,
    case
        when c.reason <> 'erased'
            then t.compound_sum / nullif(t.scored, 0)
                - (t.compound_sum - (c.sum_after - c.sum_before)) / nullif(t.scored - (c.scored_after - c.scored_before), 0)
    end as day_effect
from changes as c
left join products as p on p.product = c.product
left join today as t on t.day = c.day and t.product = c.product
order by c.seen_on desc, c.day desc, c.product, c.reason;

comment on view revised_days is 'One row per day x product x date x reason: which days'' numbers changed after they had been published, when, why, and by how much.';
comment on column revised_days.day is 'The day whose numbers changed, in the reporting time zone.';
comment on column revised_days.product is 'Product slug.';
comment on column revised_days.product_name is 'Product name, for people.';
comment on column revised_days.seen_on is 'Date (UTC) on which the change was seen.';
comment on column revised_days.reason is 'edited: authors changed words, stars or verdict; moved: an edited post was dated anew by its service (it left one day and came to another); late: posts came after the day had been covered; deleted: the service said they are gone; erased: deleted by earful forget; left out: posts of bots, moderators and authors of earful exclude-author; rescored: earful''s scorer changed.';
comment on column revised_days.posts is 'Posts that changed, came or went.';
comment on column revised_days.mean_before is 'Their mean compound before; null where none had a score, and of erased posts: nothing is kept of those.';
comment on column revised_days.mean_after is 'Their mean compound after; null where none has a score.';
comment on column revised_days.day_mean is 'Mean compound of the whole day now.';
comment on column revised_days.day_effect is 'day_mean less what it would be without this change; null where nothing would be left, and of erased posts.';
