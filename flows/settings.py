"""``earful.toml``: one file says what is tracked, where it comes from and where it lands. Secrets are not in it."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from connectors.base import Options, Product
from connectors.registry import CONNECTORS, connector_class
from flows.alarms import Alarms, Incident
from flows.errors import UserError
from flows.explain import explain
from flows.launches import DigestSettings, Launch
from flows.scoring import Scoring, Words
from sentiment.profile import Profile
from sentiment.topics import Topic, Topics

FILE_NAME = "earful.toml"
#: Names the configuration file where it is not ./earful.toml; deployments carry it to the worker.
CONFIG_ENV = "EARFUL_CONFIG"

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("allowed: a word or a phrase")
    return value


Term = Annotated[str, AfterValidator(_not_blank)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Paths(_Strict):
    """Where the files lie; relative to the configuration file."""

    data: Path = Path("earful-data")

    @field_validator("data")
    @classmethod
    def _not_empty(cls, value: Path) -> Path:
        if value == Path():
            raise ValueError("the data folder needs a name of its own")
        return value


class Retention(_Strict):
    """Days that text is kept, by source; numbers are kept for ever."""

    default: Annotated[int, Field(ge=1)] = 90
    # Reddit's Data API terms ask for deleted content to go within 48 hours; text older than that is not kept at all.
    by_source: dict[str, Annotated[int, Field(ge=1)]] = {}
    # Posts that `upkeep` asks their service about again each day, where it can: 60,000 are 600 requests to Reddit, six
    # minutes of its allowance.
    recheck: Annotated[int, Field(ge=0)] = 60_000

    def days_of(self, source: str) -> int:
        """Days that a source's text is kept."""
        return self.by_source.get(source, 2 if source == "reddit" else self.default)


#: Keys of a product's ids that connectors ask for.
STORES = ("app_store", "google_play", "reddit", "steam")


class Schedule(_Strict):
    """When the nightly, the upkeep and the weekly digest run, in the reporting time zone."""

    nightly: str = "15 4 * * *"
    upkeep: str = "15 16 * * *"
    digest: str = "0 7 * * 1"

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


class ProductSettings(_Strict):
    """One product, ours or a competitor's."""

    slug: Slug
    name: Annotated[str, Field(min_length=1)]
    own: bool = True
    include: tuple[Term, ...] = ()
    exclude: tuple[Term, ...] = ()
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
        return Product(self.slug, self.name, self.include, self.exclude, self.ids)


class ChannelSettings(_Strict):
    """One way into a service. Keys that are not ours belong to the connector and are checked by it."""

    name: Slug
    connector: str
    products: tuple[str, ...] = ()  # empty: all
    start: date | None = None
    end: date | None = None  # the last day, included: of an export that will not be continued, of an app taken down
    days: Annotated[int, Field(ge=1)] = 120  # how far the first night looks back where no start is given
    enabled: bool = True
    options: Any = Field(default=None, repr=False)

    @field_validator("connector")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in CONNECTORS:
            raise ValueError(f"allowed: {', '.join(sorted(CONNECTORS))}")
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

    def first_day(self, today: date) -> date:
        """The first day this channel is asked for."""
        return self.start or date.fromordinal(min(today, self.end or today).toordinal() - self.days)

    def ended(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.end is not None and self.end < today


class Settings(_Strict):
    """The whole configuration. ``root`` is the folder of the file; ``file`` its path."""

    time_zone: str = "UTC"
    paths: Paths = Paths()
    retention: Retention = Retention()
    schedule: Schedule = Schedule()
    scoring: Scoring = Scoring()
    topics: dict[Slug, Topic] = {}
    products: Annotated[tuple[ProductSettings, ...], Field(min_length=1)]
    channels: Annotated[tuple[ChannelSettings, ...], Field(min_length=1)]
    launches: tuple[Launch, ...] = ()
    alarms: Alarms = Alarms()
    incidents: tuple[Incident, ...] = ()
    digest: DigestSettings = DigestSettings()
    file: Annotated[Path, Field(exclude=True)] = Path(FILE_NAME)

    @field_validator("topics")
    @classmethod
    def _phrases(cls, value: dict[str, Topic]) -> dict[str, Topic]:
        Topics.load(value)
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in available_timezones():
            near = difflib.get_close_matches(value, available_timezones(), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f"not an IANA time zone such as Europe/Berlin{hint}")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for what, names in (
            ("products", [p.slug for p in self.products]),
            ("channels", [c.name for c in self.channels]),
        ):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(f"{what}: {', '.join(twice)} is there twice; names must differ")
        objection = self.scoring.objection(self._words)
        if objection:
            raise ValueError(objection)
        slugs = {p.slug for p in self.products}
        for what, named in (
            ("launches", [x.product for x in self.launches]),
            ("incidents", [x.product for x in self.incidents]),
        ):
            for i, name in enumerate(named):
                if name not in slugs:
                    raise ValueError(f"{what}[{i}].product: found {name!r}; allowed: {', '.join(sorted(slugs))}")
        for i, product in enumerate(self.products):
            # Files may tell rows by ids of any name; one that nearly is a store's is a slip, and never asked.
            for key in set(product.ids) - set(STORES):
                near = difflib.get_close_matches(key.lower(), STORES, 1, cutoff=0.75)
                if near:
                    raise ValueError(f"products[{i}].ids: found {key!r}; did you mean {near[0]}?")
        for i, channel in enumerate(self.channels):
            if channel.options is None:
                continue  # its own keys are wrong, and parse says how
            for name in channel.products:
                if name not in slugs:
                    raise ValueError(f"channels[{i}].products: found {name!r}; allowed: {', '.join(sorted(slugs))}")
            why = channel.connector_options.objection(len(self.products_of(channel)))
            if why:
                raise ValueError(f"channels[{i}].products: {why}")
        return self

    def channel(self, name: str) -> ChannelSettings:
        """The channel of that name. Raises StopIteration for an unknown one."""
        return next(c for c in self.channels if c.name == name)

    @property
    def root(self) -> Path:
        """The folder that relative paths are seen from."""
        return self.file.resolve().parent

    @property
    def data(self) -> Path:
        """The folder of everything earful writes."""
        return self.root / self.paths.data

    @property
    def store(self) -> Path:
        """The pipeline's own DuckDB file."""
        return self.data / "store.duckdb"

    @property
    def published(self) -> Path:
        """The DuckDB file that POMs open."""
        return self.data / "earful.duckdb"

    @property
    def page(self) -> Path:
        """The HTML page made from it."""
        return self.data / "earful.html"

    @property
    def zone(self) -> ZoneInfo:
        """The reporting time zone."""
        return ZoneInfo(self.time_zone)

    def midnight(self, day: date) -> datetime:
        """The first moment of a reporting day, in UTC."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def until(self, channel: ChannelSettings, now: datetime) -> datetime:
        """The moment up to which a channel can be asked: now, or the end of its last day where that is over (UTC)."""
        if channel.end is None or not channel.ended(now.astimezone(self.zone).date()):
            return now
        return self.midnight(channel.end + timedelta(days=1))

    @property
    def _words(self) -> dict[str, Mapping[str, float]]:
        return {p.slug: p.words for p in self.products}

    @property
    def profile(self) -> Profile:
        """How every product is scored. Raises UserError for an overlay file that cannot be used."""
        return self.scoring.build(self.root, self._words)

    def profile_for(self, slug: str) -> Profile:
        """As ``profile``, with the words of one product only: its version does not change with another's words."""
        return self.profile.for_product(slug)

    def products_of(self, channel: ChannelSettings) -> tuple[ProductSettings, ...]:
        """The products a channel is asked for."""
        return tuple(p for p in self.products if not channel.products or p.slug in channel.products)


def find(path: Path | str | None = None) -> Path:
    """The configuration file: the path given, else EARFUL_CONFIG, else ./earful.toml."""
    chosen = Path(path or os.environ.get(CONFIG_ENV) or FILE_NAME)
    if not chosen.is_file():
        raise UserError(f"{chosen}: no such configuration file; `earful init` writes one, --config names another")
    return chosen.resolve()


def load(path: Path | str | None = None) -> Settings:
    """The checked configuration. Raises UserError: one line with file, key, what was found, what is allowed."""
    file = find(path)
    try:
        raw = tomllib.loads(file.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{file}: not valid TOML: {error}") from None
    except OSError as error:
        raise UserError(f"{file}: cannot be read: {error.strerror}") from None
    return parse(raw, file)


def parse(raw: Mapping[str, Any], file: Path) -> Settings:
    """Settings from parsed TOML; ``file`` is named in errors and relative paths are seen from its folder."""
    found: list[ErrorDetails] = []
    models: dict[int, type[Options]] = {}
    channels = raw.get("channels")
    if isinstance(channels, list):
        channels = [_with_options(entry, i, found, models) for i, entry in enumerate(channels)]
        raw = {**raw, "channels": channels}
    settings = None
    try:
        if "file" in raw:  # ours, not the user's: said as any other unknown key
            _Strict.model_validate({"file": raw["file"]})
        settings = Settings.model_validate({**raw, "file": file})
    except ValidationError as error:
        found = error.errors(include_url=False) + found
    if settings is None or found:
        raise UserError(f"{file}: {explain(found, Settings, frozenset({'file', 'options'}), models)}")
    return settings


def _with_options(entry: object, index: int, found: list[ErrorDetails], models: dict[int, type[Options]]) -> object:
    """A channel's table with the connector's own keys checked by the connector's model; findings are collected."""
    if not isinstance(entry, dict):
        return entry
    name = entry.get("connector")
    if not isinstance(name, str) or name not in CONNECTORS:
        return entry
    models[index] = connector_class(name).options_model
    known = set(ChannelSettings.model_fields) - {"options"}
    ours = {k: v for k, v in entry.items() if k in known}
    try:
        options = models[index].model_validate({k: v for k, v in entry.items() if k not in known})
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            detail["loc"] = ("channels", index, *detail["loc"])
            found.append(detail)
        return ours
    return ours | {"options": options}
