-- One row per reason why posts of a product have no score, and language where that is it; the commonest first.
select unscored_reason as reason, case when unscored_reason = 'language' then language end as language, count(*) as posts
from posts
where product = $product and not scored
group by all
order by posts desc, reason, language
