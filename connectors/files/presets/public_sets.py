"""Sets of reviews and posts that many people download: Amazon's, Steam's, tweets to airlines."""

from __future__ import annotations

from earful.connectors.files.presets.preset import Preset

#: Times are whole days, in seconds from 1970.
AMAZON_FINE_FOOD = Preset(
    title="Amazon Fine Food Reviews (Kaggle)",
    shape="header of Reviews.csv in public repositories (Id, ProductId, UserId, ..., Score, Time, Summary, Text)",
    source="amazon",
    kind="review",
    columns={
        "post_id": ("Id",),
        "created_at": ("Time",),
        "title": ("Summary",),
        "text": ("Text",),
        "rating": ("Score",),
        "author": ("UserId",),
        "likes": ("HelpfulnessNumerator",),
    },
    required=frozenset({"post_id", "created_at", "text", "rating"}),
    headers=(frozenset({"ProductId", "UserId", "HelpfulnessNumerator", "Score", "Time", "Summary", "Text"}),),
    scales={"rating": "1..5"},
)

#: A reviewer's id comes again, and so does a product's: no column tells rows apart.
AMAZON_REVIEWS = Preset(
    title="Amazon review data of 2014 and 2018 (UCSD)",
    shape="UCSD, Amazon review data: sample review (reviewerID, asin, reviewText, overall, unixReviewTime, ...)",
    source="amazon",
    kind="review",
    columns={
        "created_at": ("unixReviewTime",),
        "title": ("summary",),
        "text": ("reviewText",),
        "rating": ("overall",),
        "author": ("reviewerID",),
        "likes": ("vote",),
    },
    required=frozenset({"created_at", "text", "rating"}),
    headers=(frozenset({"reviewerID", "asin", "reviewText", "overall", "unixReviewTime"}),),
    scales={"rating": "1..5"},
    row_ids=True,
)

#: Times count milliseconds from 1970.
AMAZON_REVIEWS_2023 = Preset(
    title="Amazon Reviews 2023 (McAuley Lab)",
    shape="columns in public repositories that read it (rating, title, text, ..., parent_asin, user_id, timestamp)",
    source="amazon",
    kind="review",
    columns={
        "created_at": ("timestamp",),
        "title": ("title",),
        "text": ("text",),
        "rating": ("rating",),
        "author": ("user_id",),
        "likes": ("helpful_vote",),
    },
    required=frozenset({"created_at", "text", "rating"}),
    headers=(frozenset({"rating", "title", "text", "parent_asin", "user_id", "timestamp"}),),
    scales={"rating": "1..5"},
    row_ids=True,
)

STEAM_KAGGLE = Preset(
    title="Steam Reviews Dataset 2021 (Kaggle)",
    shape="columns of steam_reviews.csv in public repositories (app_id, app_name, review_id, ..., author.steamid)",
    source="steam",
    kind="review",
    columns={
        "post_id": ("review_id",),
        "created_at": ("timestamp_created",),
        "edited_at": ("timestamp_updated",),
        "text": ("review",),
        "recommended": ("recommended",),
        "language_hint": ("language",),
        "author": ("author.steamid",),
        "likes": ("votes_helpful",),
        "reply_count": ("comment_count",),
    },
    required=frozenset({"post_id", "created_at", "text", "recommended"}),
    headers=(frozenset({"app_name", "review_id", "review", "timestamp_created", "recommended", "votes_helpful"}),),
)

#: Times carry an offset.
TWITTER_AIRLINE = Preset(
    title="Twitter US Airline Sentiment (Kaggle)",
    shape="header of Tweets.csv in public repositories (tweet_id, airline_sentiment, ..., tweet_created, ...)",
    source="twitter",
    kind="post",
    columns={
        "post_id": ("tweet_id",),
        "created_at": ("tweet_created",),
        "text": ("text",),
        "author": ("name",),
    },
    required=frozenset({"post_id", "created_at", "text"}),
    headers=(frozenset({"tweet_id", "airline_sentiment", "airline", "text", "tweet_created"}),),
)
