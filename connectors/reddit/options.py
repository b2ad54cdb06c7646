"""The parameters of a Reddit channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from earful.connectors.base import EnvName
from earful.connectors.reddit.posts import subreddit_names
from earful.connectors.toolkit.web import WebOptions, user_agent

#: A listing ends after about 1,000 items: 10 full answers.
MOST_PAGES = 50


class RedditOptions(WebOptions):
    """Parameters of a Reddit channel. Secrets are named by their environment variables only.

    The subreddits in a product's own ids (``ids = { reddit = ["acme"] }``) are about it whatever their posts say;
    posts of ``subreddits`` and of the search must name the product.
    """

    allowed: ClassVar[Mapping[str, str]] = {"user_agent": "plain ASCII text"}

    client_id_env: EnvName = "REDDIT_CLIENT_ID"
    client_secret_env: EnvName = "REDDIT_CLIENT_SECRET"  # noqa: S105 - the variable's name
    #: Both for a script application; neither for a read-only one.
    username_env: EnvName | None = None
    password_env: EnvName | None = None
    #: Reddit asks for "<platform>:<application>:<version> (by /u/<account>)" and throttles what names itself badly.
    user_agent: Annotated[str, Field(min_length=7, pattern=r"^[\x20-\x7e]+$")] = user_agent()
    subreddits: tuple[str, ...] = ()
    listings: tuple[Literal["new", "comments"], ...] = ("new", "comments")
    search: bool = False
    search_in: Literal["all", "subreddits"] = "all"
    #: Most items to read of one listing; Reddit itself ends at about 1,000.
    limit: Annotated[int, Field(ge=1)] = 1000
    reddit_url: Annotated[str, Field(pattern=r"^https?://[^/\s]+/?$")] = "https://www.reddit.com"
    oauth_url: Annotated[str, Field(pattern=r"^https?://[^/\s]+/?$")] = "https://oauth.reddit.com"
    pages: Annotated[int, Field(ge=1)] = MOST_PAGES  # most answers of one listing
    ratelimit_seconds: Annotated[float, Field(ge=0)] = 60.0  # longest wait; more is left to the scheduler

    @field_validator("subreddits")
    @classmethod
    def _names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return subreddit_names(value)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.username_env is None) != (self.password_env is None):
            raise ValueError("username_env and password_env go together: both for a script application, or neither")
        if not self.listings and not self.search:
            raise ValueError("nothing to read: give listings (new, comments) or search = true")
        return self
