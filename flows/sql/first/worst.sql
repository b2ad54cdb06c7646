-- One row per text of a product that reads negative (or, where it has no score, has 1 or 2 stars), the worst first: its
-- newest post.
select day, rating, compound, app_version, title, text
from posts
where
    product = $product and (title is not null or text is not null)
    and case when scored then compound <= -$threshold else rating <= 2 end
qualify row_number() over (partition by title, text order by day desc, post_id) = 1
order by coalesce(rating, 0) > 3, compound nulls last, day desc, post_id
limit $most
