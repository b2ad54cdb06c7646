-- One row per post of a product that reads negative (or, where it has no score, has 1 or 2 stars), the worst first.
select day, rating, compound, app_version, title, text
from posts
where
    product = $product and (title is not null or text is not null)
    and case when scored then compound <= -$threshold else rating <= 2 end
order by coalesce(rating, 0) > 3, compound nulls last, day desc, post_id
limit $most
