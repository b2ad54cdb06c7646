"""The section ``[[alerts]]`` of ``earful.toml``: who is told of what, and when not. Addresses are secrets, by name."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from earful.flows.config.sections import Slug, Strict

EnvName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
What = Literal["worse", "better", "silent", "spam", "failed_night", "backlog"]
Kind = Literal["slack", "slack_bot", "teams", "webhook", "mail", "ntfy", "apprise"]

_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def _link(value: str | None) -> str | None:
    parts = urlsplit(value or "https://x")
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or "@" in parts.netloc
        or re.search(r"\s", value or "")
    ):
        raise ValueError("allowed: an address such as https://share.example.org/earful.html, without a password in it")
    return value


class AlertSettings(Strict):
    """One target. ``to_env``: the variable with its address, or the bot's token."""

    name: Slug
    kind: Kind
    to_env: EnvName
    what: Annotated[tuple[What, ...], Field(min_length=1)] = ("worse", "silent", "failed_night", "backlog")
    products: tuple[str, ...] = ()  # empty: all
    quiet: str | None = None  # "22:00-07:00", in the reporting time zone
    at_most: Annotated[int, Field(ge=1, le=1000)] = 10  # messages a day; the rest in one summary
    quotes: bool = True
    # The product's chart as a picture: mail, ntfy and those of Apprise's targets that take files.
    chart: bool = True
    # The page as its readers reach it: a shared folder that is served, a portal.
    page_url: str | None = None
    channel: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,30}$")] | None = None  # slack_bot
    secret_env: EnvName | None = None  # webhook: the key that it is signed with
    # Slack's API, for a proxy of the team's (and for tests).
    api_url: str = "https://slack.com/api"

    @field_validator("page_url", "api_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        return _link(value)

    @field_validator("quiet")
    @classmethod
    def _hours(cls, value: str | None) -> str | None:
        found = _QUIET.fullmatch(value or "00:00-01:00")
        if not found or found[1] + found[2] == found[3] + found[4]:
            raise ValueError('allowed: two different times of day, such as "22:00-07:00"')
        return value

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind == "slack_bot") != (self.channel is not None):
            raise ValueError(
                'channel: is missing; a slack_bot posts to one by its id, such as "C024BE91L"'
                if self.kind == "slack_bot"
                else f"channel: is for kind slack_bot; {self.kind} has its channel in its address"
            )
        if (self.kind == "webhook") != (self.secret_env is not None):
            raise ValueError(
                "secret_env: is missing; it names the variable with the key that a webhook's messages are signed with"
                if self.kind == "webhook"
                else f"secret_env: is for kind webhook; {self.kind} is not signed"
            )
        twice = sorted({w for w in self.what if self.what.count(w) > 1})
        if twice:
            raise ValueError(f"what: {', '.join(twice)} is there twice")
        return self

    def is_quiet(self, at: time) -> bool:
        """Whether nothing is sent at that time of day (reporting zone)."""
        if self.quiet is None:
            return False
        first, last = (time.fromisoformat(part) for part in self.quiet.split("-"))
        at = at.replace(tzinfo=None)
        return first <= at < last if first < last else at >= first or at < last

    @property
    def quiet_until(self) -> time | None:
        """When its quiet hours end (reporting zone)."""
        return time.fromisoformat(self.quiet.split("-")[1]) if self.quiet else None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The variables that hold its secrets."""
        return tuple(filter(None, (self.to_env, self.secret_env)))
