-- one row per post of the channel and product in the asked days that the present scorer has scored: what was scored (by its
-- hash) and what it said. In the order of creation, in which files and services mostly give them.
copy (
    select
        post_id, content_hash, language_hint, created_at, "language", scored, unscored_reason, "compound", positive, neutral, negative,
        vader_compound, capped, topics
    from posts
    where channel = $channel and product = $product and day between $first_day and $last_day
        and scorer_version = $scorer_version
    order by created_at
) to $path (format parquet, row_group_size 50000)
