"""``earful.toml``: one file says what is tracked, where it comes from and where it lands. Secrets are not in it."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping, Set
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from earful.connectors.base import Options
from earful.connectors.registry import clashes, connector_class, each_class, is_connector, outsider
from earful.flows.config.alerts import AlertSettings
from earful.flows.config.explain import explain
from earful.flows.config.scoring import Scoring
from earful.flows.config.secret_values import secrets_of
from earful.flows.config.sections import (
    Alarms,
    BackupSettings,
    ChannelSettings,
    DigestSettings,
    Incident,
    Launch,
    Paths,
    Privacy,
    ProductSettings,
    Retention,
    Schedule,
    Server,
    Slug,
    Strict,
)
from earful.flows.errors import UserError
from earful.flows.process.redact import guard_logs, outgoing
from earful.sentiment.profile.profile import Profile
from earful.sentiment.topics.topics import Topic, Topics

FILE_NAME = "earful.toml"
#: Names the configuration file where it is not ./earful.toml; deployments carry it to the worker.
CONFIG_ENV = "EARFUL_CONFIG"


class Settings(Strict):
    """The whole configuration. ``root`` is the folder of the file; ``file`` its path."""

    time_zone: str = "UTC"
    paths: Paths = Paths()
    retention: Retention = Retention()
    privacy: Privacy = Privacy()
    schedule: Schedule = Schedule()
    server: Server = Server()
    scoring: Scoring = Scoring()
    topics: dict[Slug, Topic] = Field(default_factory=dict)
    products: Annotated[tuple[ProductSettings, ...], Field(min_length=1)]
    channels: Annotated[tuple[ChannelSettings, ...], Field(min_length=1)]
    launches: tuple[Launch, ...] = ()
    alarms: Alarms = Alarms()
    incidents: tuple[Incident, ...] = ()
    digest: DigestSettings = DigestSettings()
    alerts: tuple[AlertSettings, ...] = ()
    backup: BackupSettings = BackupSettings()
    file: Annotated[Path, Field(exclude=True)] = Path(FILE_NAME)

    @field_validator("topics")
    @classmethod
    def _phrases(cls, value: dict[str, Topic]) -> dict[str, Topic]:
        Topics.load(value)
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in time_zones():
            near = difflib.get_close_matches(value, time_zones(), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f"not an IANA time zone such as Europe/Berlin{hint}")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for what, names in (
            ("products", [p.slug for p in self.products]),
            ("channels", [c.name for c in self.channels]),
            ("alerts", [a.name for a in self.alerts]),
        ):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(f"{what}: {', '.join(twice)} is there twice; names must differ")
        objection = self.scoring.objection(self._words)
        if objection:
            raise ValueError(objection)
        slugs = {p.slug for p in self.products}
        self._formerly(slugs)
        for what, named in (
            ("launches", [x.product for x in self.launches]),
            ("incidents", [x.product for x in self.incidents]),
        ):
            for i, name in enumerate(named):
                if name not in slugs:
                    raise ValueError(f"{what}[{i}].product: found {name!r}; allowed: {', '.join(sorted(slugs))}")
        for i, target in enumerate(self.alerts):
            for name in target.products:
                if name not in slugs:
                    raise ValueError(f"alerts[{i}].products: found {name!r}; allowed: {', '.join(sorted(slugs))}")
        # Files may tell rows by ids of any name; one that nearly is a store's is a slip, and never asked.
        used = {key for c in self.channels for key in connector_class(c.connector).id_keys}
        for i, product in enumerate(self.products):
            for key in set(product.ids) - used:
                stores = {name for one in each_class() for name in one.id_keys}
                near = [] if key in stores else difflib.get_close_matches(key.lower(), stores, 1, cutoff=0.75)
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

    def _formerly(self, slugs: set[str]) -> None:
        """A former slug is no product's own, and one product's only: its history can go to one place."""
        whose: dict[str, str] = {}
        for i, product in enumerate(self.products):
            for old in product.formerly:
                if old in slugs:
                    raise ValueError(f"products[{i}].formerly: {old!r} is a product of its own; remove one of the two")
                if whose.setdefault(old, product.slug) != product.slug:
                    raise ValueError(f"products[{i}].formerly: {old!r} is {whose[old]}'s too; remove one of the two")

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
    def backups(self) -> Path:
        """The folder of the backups that upkeep makes."""
        return self.root / self.backup.folder

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
    def own_alarms(self) -> dict[str, dict[str, float]]:
        """What products want of their alarms that differs from the others', by product."""
        return {p.slug: p.alarms.asked for p in self.products if p.alarms.asked}

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

    def products_of(self, channel: ChannelSettings) -> tuple[ProductSettings, ...]:
        """The products a channel is asked for."""
        return tuple(p for p in self.products if not channel.products or p.slug in channel.products)


def find(path: Path | str | None = None) -> Path:
    """The configuration file: the path given, else EARFUL_CONFIG, else ./earful.toml."""
    chosen = Path(path or os.environ.get(CONFIG_ENV) or FILE_NAME)
    if not chosen.is_file():
        raise UserError(f"{chosen}: no such configuration file; `earful init` writes one, --config names another")
    return chosen.resolve()


@cache
def time_zones() -> Set[str]:
    """The names that a time zone may have; asked once, as each time whole folders of the machine are read for it."""
    return available_timezones()


def load(path: Path | str | None = None) -> Settings:
    """The checked configuration; from here on the secrets that it names leave this process in no log or message.

    Raises UserError: one line with file, key, what was found, what is allowed.
    """
    file = find(path)
    try:
        raw = tomllib.loads(file.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{file}: not valid TOML: {error}") from None
    except OSError as error:
        raise UserError(f"{file}: cannot be read: {error.strerror}") from None
    return checked(raw, file)


def checked(raw: Mapping[str, Any], file: Path) -> Settings:
    """As ``load``, for what is at hand: ``file`` need not be there."""
    settings = parse(raw, file)
    outgoing.add(secrets_of(settings))
    guard_logs()
    return settings


def parse(raw: Mapping[str, Any], file: Path) -> Settings:
    """Settings from parsed TOML; ``file`` is named in errors and relative paths are seen from its folder."""
    found: list[ErrorDetails] = []
    models: dict[int, type[Options]] = {}
    channels = raw.get("channels")
    channels = channels if isinstance(channels, list) else None
    if channels is not None:
        channels = [_with_options(entry, i, file, found, models) for i, entry in enumerate(channels)]
        raw = {**raw, "channels": channels}
    settings = None
    try:
        if "file" in raw:  # ours, not the user's: said as any other unknown key
            Strict.model_validate({"file": raw["file"]})
        settings = Settings.model_validate({**raw, "file": file})
    except ValidationError as error:
        found = error.errors(include_url=False) + found
    if settings is None or found:
        said = explain(found, Settings, frozenset({"file", "options"}), models)
        # Whoever meant the other one of two with the same name reads here whose options are wanted.
        meant = [str(entry.get("connector")) for entry in channels or () if isinstance(entry, dict)]
        raise UserError("; ".join([f"{file}: {said}", *clashes(meant)]))
    return settings


def _with_options(
    entry: object, index: int, file: Path, found: list[ErrorDetails], models: dict[int, type[Options]]
) -> object:
    """A channel's table with the connector's own keys checked by the connector's model; findings are collected."""
    if not isinstance(entry, dict):
        return entry
    name = entry.get("connector")
    if not isinstance(name, str) or not is_connector(name):
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
    except Exception as error:
        stranger = outsider(name)
        if stranger is None:
            raise
        whose = f"connector {name!r} of package {stranger.package}"
        said = f"{type(error).__name__} where {whose} checks its options; mend them, or the package"
        raise UserError(f"{file}: channels[{index}]: {said}") from None
    return ours | {"options": options}
