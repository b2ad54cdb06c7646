"""Reviews of app stores and shops, as the stores' own interfaces, common scrapers and review tools give them."""

from __future__ import annotations

from earful.connectors.files.presets.preset import Preset

#: The objects of ``data``; or their attributes alone, as people make tables of them. Times carry an offset.
APP_STORE_CONNECT = Preset(
    title="App Store Connect's customer reviews",
    shape="Apple, App Store Connect API: List all customer reviews for an app (example response)",
    source="app_store",
    kind="review",
    columns={
        "post_id": ("id",),
        "created_at": ("attributes.createdDate", "createdDate"),
        "title": ("attributes.title", "title"),
        "text": ("attributes.body", "body"),
        "rating": ("attributes.rating", "rating"),
        "author": ("attributes.reviewerNickname", "reviewerNickname"),
        "market": ("attributes.territory", "territory"),
    },
    required=frozenset({"post_id", "created_at", "text", "rating"}),
    headers=(
        frozenset({"id", "attributes.createdDate", "attributes.body", "attributes.rating"}),
        frozenset({"id", "createdDate", "reviewerNickname", "territory", "body", "rating"}),
    ),
    scales={"rating": "1..5"},
)

#: ``at`` names no zone.
GOOGLE_PLAY_SCRAPER = Preset(
    title="tables of google-play-scraper (Python)",
    shape="google-play-scraper on PyPI, result of reviews(); headers of such tables in public repositories",
    source="google_play",
    kind="review",
    columns={
        "post_id": ("reviewId",),
        "created_at": ("at",),
        "text": ("content",),
        "rating": ("score",),
        "author": ("userName",),
        "likes": ("thumbsUpCount",),
        "app_version": ("reviewCreatedVersion", "appVersion"),
    },
    required=frozenset({"post_id", "created_at", "text", "rating"}),
    headers=(frozenset({"reviewId", "content", "score", "at"}),),
    scales={"rating": "1..5"},
)

#: Its reviews have no id.
APP_STORE_SCRAPER = Preset(
    title="tables of app-store-scraper (Python)",
    shape="app-store-scraper on PyPI, keys of AppStore.reviews; tables made of them in public repositories",
    source="app_store",
    kind="review",
    columns={
        "created_at": ("date",),
        "title": ("title",),
        "text": ("review",),
        "rating": ("rating",),
        "author": ("userName",),
    },
    required=frozenset({"created_at", "text", "rating"}),
    headers=(frozenset({"date", "review", "rating", "isEdited", "userName"}),),
    scales={"rating": "1..5"},
    row_ids=True,
)

APPBOT = Preset(
    title="Appbot's reviews",
    shape="rappbot (R), appbot_reviews_import: the columns of a data frame of reviews",
    source="appbot",
    kind="review",
    columns={
        "post_id": ("id",),
        "created_at": ("published_at",),
        "title": ("subject",),
        "text": ("body",),
        "rating": ("rating",),
        "author": ("author",),
        "app_version": ("version",),
        "market": ("country_code",),
    },
    required=frozenset({"post_id", "created_at", "text", "rating"}),
    headers=(frozenset({"id", "author", "rating", "body", "subject", "published_at"}),),
    scales={"rating": "1..5"},
)

TRUSTPILOT = Preset(
    title="Trustpilot's export of service reviews",
    shape="header of Trustpilot's export in public scripts that read it (Review Id, Review Created (UTC), ...)",
    source="trustpilot",
    kind="review",
    columns={
        "post_id": ("Review Id",),
        "created_at": ("Review Created (UTC)",),
        "title": ("Review Title",),
        "text": ("Review Content",),
        "rating": ("Review Stars",),
        "author": ("Review Consumer User Id", "Review Username"),
    },
    required=frozenset({"post_id", "created_at", "text", "rating"}),
    headers=(frozenset({"Review Id", "Review Created (UTC)", "Review Stars", "Review Content"}),),
    zone="UTC",
    scales={"rating": "1..5"},
)

_STEAM = {
    "created_at": ("timestamp_created",),
    "edited_at": ("timestamp_updated",),
    "text": ("review",),
    "language_hint": ("language",),
    "author": ("author.steamid", "steamid"),
    "reply_count": ("comment_count",),
}
STEAM_REVIEWS = Preset(
    title="Steam's reviews as its interface gives them",
    shape="Valve, Steamworks: User Reviews, Get List; tables made of it in public repositories",
    source="steam",
    kind="review",
    columns={**_STEAM, "post_id": ("recommendationid",), "recommended": ("voted_up",), "likes": ("votes_up",)},
    required=frozenset({"post_id", "created_at", "text", "recommended"}),
    headers=(frozenset({"recommendationid", "review", "timestamp_created", "voted_up"}),),
)
