-- One row per text of a product that reads negative (or, where it has no score, has 1 or 2 stars, a 0 to 6 or a thumb down),
-- those that are bad by such a mark first, then the worst: its newest post.
select day, rating, nps, recommended, compound, app_version, title, text
from (
    select *, coalesce(rating <= 2, nps <= 6, not recommended) as bad
    from posts
)
where
    product = $product and (title is not null or text is not null)
    and case when scored then compound <= -$threshold else bad end
qualify row_number() over (partition by title, text order by day desc, post_id) = 1
order by bad desc nulls last, compound nulls last, day desc, post_id
limit $most
