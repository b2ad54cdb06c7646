"""The sections of ``earful.toml`` but for ``[scoring]``: what is tracked, where from, when, and who is alarmed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from earful.connectors.base import Options, Product
from earful.connectors.post import FIRST_YEAR
from earful.connectors.registry import connector_class, connector_names, each_class, is_connector
from earful.flows.config.scoring import Words

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("allowed: a word or a phrase")
    return value


Term = Annotated[str, AfterValidator(_not_blank)]


class Strict(BaseModel):
    """A section: keys that are not ours are errors, and nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paths(Strict):
    """Where the files lie; relative to the configuration file."""

    data: Path = Path("earful-data")

    @field_validator("data")
    @classmethod
    def _not_empty(cls, value: Path) -> Path:
        if value == Path():
            raise ValueError("the data folder needs a name of its own")
        return value


class Retention(Strict):
    """Days that text is kept, by source; numbers are kept for ever."""

    default: Annotated[int, Field(ge=1)] = 90
    # Beside this, a connector may say how long its source's words are kept (Connector.text_days).
    by_source: dict[str, Annotated[int, Field(ge=1)]] = {}
    # Posts that `upkeep` asks their service about again each day, where it can: 60,000 are 600 requests to Reddit, six
    # minutes of its allowance.
    recheck: Annotated[int, Field(ge=0)] = 60_000

    def days_of(self, source: str, connectors: Iterable[str] = ()) -> int:
        """Days that a source's text is kept: as configured, else as a connector of that source says.

        Whatever channel brought the posts: what Reddit asks for holds for a file of its posts as well. ``connectors``
        are the names of those that are probably it: the others need not be imported then.
        """
        if source in self.by_source:
            return self.by_source[source]
        days = next((one.text_days for one in each_class(connectors) if one.source == source), None)
        return self.default if days is None else days


class Privacy(Strict):
    """``mask``: whether personal data in titles and texts is replaced before they are scored and stored."""

    mask: bool = True


class Server(Strict):
    """Prefect's server, as `earful up` runs it."""

    # Under which a proxy of the team's, with TLS and sign-on, passes on to it.
    public_url: Annotated[str, Field(pattern=r"^https?://[^/\s]+/?$")] | None = None
    # Prefect's history of runs, with their logs: a quarter is more than anybody scrolls back.
    history_days: Annotated[int, Field(ge=1, le=3650)] = 90
    # A server that answers nothing, or a worker that says nothing, for so long hangs and is started again. A busy
    # machine of two cores keeps a server waiting for 20 s.
    hung_seconds: Annotated[float, Field(ge=10, le=3600)] = 120.0

    @field_validator("public_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        try:
            right = bool(parts.hostname) and "@" not in value and (parts.port or 1) > 0
        except ValueError:
            right = False
        if not right or parts.query or parts.fragment or not value.isascii():
            raise ValueError("allowed: an address such as https://www.example.org")
        return value.rstrip("/").lower()


class BackupSettings(Strict):
    """Backups that upkeep makes each day: ``keep`` so many, 0 for none; ``folder`` relative to the file."""

    # None unless asked for: a backup holds the words that `forget` and retention remove, until it is removed itself.
    keep: Annotated[int, Field(ge=0, le=1000)] = 0
    folder: Path = Path("earful-backups")

    @field_validator("folder")
    @classmethod
    def _not_empty(cls, value: Path) -> Path:
        if value == Path():
            raise ValueError("the folder of backups needs a name of its own")
        return value


class Schedule(Strict):
    """When nightly, upkeep and weekly digest run, in the reporting time zone, and how long a run may take."""

    nightly: str = "15 4 * * *"
    upkeep: str = "15 16 * * *"
    digest: str = "0 7 * * 1"
    # A night that begins at a quarter past four has ended when work begins, and long before the next. A backfill is
    # asked for by a person and may be of years, but it holds up the backfills after it.
    night_hours: Annotated[float, Field(gt=0, le=23)] = 4.0
    backfill_hours: Annotated[float, Field(gt=0, le=168)] = 24.0
    # Names the variable with an address that is asked when a night begins and ends: who watches it notices nights that
    # do not come at all.
    ping_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None

    @property
    def stale_hours(self) -> int:
        """How old the page may be: the longest time between two nights, a night's own, and an hour."""
        nights = CronSim(self.nightly, datetime(2026, 1, 1, tzinfo=UTC))
        # Two months hold every step of what is planned by day, weekday or day of the month.
        at = [each for each, _ in zip(nights, range(70), strict=False)]
        gaps = [after - before for before, after in pairwise(at)]
        return math.ceil(max(gaps, default=timedelta(days=366)).total_seconds() / 3600 + self.night_hours + 1)

    @field_validator("nightly", "upkeep", "digest")
    @classmethod
    def _cron(cls, value: str) -> str:
        allowed = 'allowed: a cron expression of five fields, minute hour day month weekday, such as "15 4 * * *"'
        # CronSim takes more than Prefect does: a field for seconds, LW, 5L.
        if len(value.split()) != 5 or re.search(r"LW|\dL", value, re.IGNORECASE):
            raise ValueError(allowed)
        try:
            CronSim(value, datetime(2026, 1, 1, tzinfo=UTC))
        except CronSimError as error:
            raise ValueError(f"{allowed} ({error})") from None
        return value


class Alarms(Strict):
    """The budget and what matters.

    ``per_year``: false alarms a year that are bearable, of one product, over all of its slices and metrics. The others
    say what is worth an alarm, see Rules; None leaves it at what is said above, or at the default.
    """

    per_year: Annotated[float, Field(ge=0.1, le=366)] | None = None
    score: Annotated[float, Field(ge=0, le=2)] | None = None
    stars: Annotated[float, Field(ge=0, le=4)] | None = None
    one_star: Annotated[float, Field(ge=0, le=1)] | None = None
    nps: Annotated[float, Field(ge=0, le=200)] | None = None
    people: Annotated[float, Field(gt=0)] | None = None
    times: Annotated[float, Field(ge=1)] | None = None
    posts: Annotated[float, Field(ge=0)] | None = None

    @property
    def asked(self) -> dict[str, float]:
        """What was said, by name."""
        return {name: float(value) for name, value in self if value is not None}


class Incident(Strict):
    """Something that happened to a product on a day (reporting time zone), for ``earful backtest`` and the charts."""

    product: str
    day: date
    name: Annotated[str, Field(min_length=1, max_length=200)]


class Launch(Strict):
    """One launch. ``day`` is in the reporting time zone; ``version`` where it is one that reviews may name."""

    product: str
    day: date
    name: Annotated[str, Field(min_length=1, max_length=200)]
    version: Annotated[str, Field(min_length=1)] | None = None


class DigestSettings(Strict):
    """``target_env`` names the environment variable with the address (an Apprise URL, or several); None: files only."""

    target_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None


class ProductSettings(Strict):
    """One product, ours or a competitor's."""

    slug: Slug
    name: Annotated[str, Field(min_length=1)]
    own: bool = True
    include: tuple[Term, ...] = ()
    exclude: tuple[Term, ...] = ()
    # Its terms are found as they are written, capitals too, not in every way to type them: for names that are words.
    exact: bool = False
    # The slugs that it had before: what the store holds of them moves to its own.
    formerly: tuple[Slug, ...] = ()
    # What differs from [alarms].
    alarms: Alarms = Alarms()
    ids: dict[str, tuple[str, ...]] = {}
    words: Words = {}

    @field_validator("ids", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        if isinstance(value, Mapping):
            return {k: (str(v),) if isinstance(v, str | int) else v for k, v in value.items()}
        return value

    def product(self) -> Product:
        """What connectors see of it."""
        return Product(self.slug, self.name, self.include, self.exclude, self.ids, self.exact)


class ChannelSettings(Strict):
    """One way into a service. Keys that are not ours belong to the connector and are checked by it."""

    name: Slug
    connector: str
    products: tuple[str, ...] = ()  # empty: all
    start: date | None = None
    end: date | None = None  # the last day, included: of an export that will not be continued, of an app taken down
    days: Annotated[int, Field(ge=1)] = 120  # how far the first night looks back where no start is given
    enabled: bool = True
    # The longest honest pull that we know of is a first night of a busy game: 120 days of Steam reviews, 100 a request,
    # a request every 1.5 s: an hour for 240,000 reviews. Twice that, and still half a night.
    pull_minutes: Annotated[float, Field(gt=0, le=1440)] = 120.0
    options: Any = Field(default=None, repr=False)

    @field_validator("connector")
    @classmethod
    def _known(cls, value: str) -> str:
        if not is_connector(value):
            raise ValueError(f"allowed: {', '.join(connector_names())}")
        return value

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"end: found {self.end}; allowed: {self.start} (its start) or later")
        return self

    @property
    def connector_options(self) -> Options:
        """The connector's own part, as its model."""
        assert isinstance(self.options, Options)
        return self.options

    @property
    def source(self) -> str:
        """The source that its posts carry."""
        return self.connector_options.source_of(connector_class(self.connector).source)

    @property
    def needs(self) -> str | None:
        """The key of a product's ids that the channel cannot do without."""
        return self.connector_options.needs_of(connector_class(self.connector).needs)

    @property
    def whole_history(self) -> bool:
        """Whether it is asked for all that there is: a table on disk, where neither start nor days are given."""
        open_end = self.start is None and "days" not in self.model_fields_set
        return open_end and connector_class(self.connector).overlap is None

    def first_day(self, today: date) -> date:
        """The first day this channel is asked for."""
        if self.whole_history:
            return date(FIRST_YEAR, 1, 2)  # a day late: of no zone before the first time that is accepted
        return self.start or date.fromordinal(min(today, self.end or today).toordinal() - self.days)

    def ended(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.end is not None and self.end < today
