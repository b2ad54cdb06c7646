"""The parameters of a ``files`` channel, and how they say that its files are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

import pyarrow as pa
from pydantic import AfterValidator, Field, model_validator

from earful.connectors.base import Options
from earful.connectors.files.columns import Spec
from earful.connectors.files.presets import PRESETS
from earful.connectors.files.rows import NO_TIME, UNREAD
from earful.connectors.files.values.cast import moments
from earful.connectors.files.values.reading import Reading
from earful.connectors.files.values.scale import FIVE, Scale, Stars
from earful.connectors.post import KINDS, Kind

#: The fields of a post that a column or a constant may fill.
PostField = Literal[
    "post_id", "created_at", "edited_at", "kind", "market", "author", "title", "text", "rating", "nps", "recommended",
    "app_version", "likes", "url", "language_hint", "reply_count",
]  # fmt: skip
#: The fields of which a cell may be given another meaning.
ValueField = Literal["rating", "nps", "recommended", "likes", "reply_count"]
FIELDS: tuple[str, ...] = PostField.__args__  # type: ignore[attr-defined]


def _zone_name(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # "not there" is a KeyError; "" and folders are the others
        raise ValueError(f"{name!r} is not a time zone; use an IANA name such as Europe/Berlin") from None
    return name


def _word(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unfit(field: str, value: str, form: str, zone: ZoneInfo, scale: Scale | None = None) -> str:
    """Why a constant cannot be a field's value; "" when it can."""
    one = pa.array([value])
    if field in ("created_at", "edited_at"):
        return f"{value!r} {NO_TIME}" if moments(one, form, zone).null_count else ""
    if field in UNREAD:
        reading = Reading(stars=Stars(scale or FIVE))
        count = field in ("likes", "reply_count")
        found = reading.count(field, one) if count else getattr(reading, field)(one)
        return f"{value!r}: {UNREAD[field]}" if found.null_count else ""
    return f"{value!r} is none of {', '.join(KINDS)}" if field == "kind" and value.lower() not in KINDS else ""


class FilesOptions(Options):
    """Parameters of a ``files`` channel."""

    allowed: ClassVar[Mapping[str, str]] = {
        "delimiter": '"auto", or one character such as ";"',
        "time_format": '"auto", or a format such as "%d/%m/%Y %H:%M"',
    }

    #: File names or globs (** for any depth), seen from the configuration's folder.
    paths: list[str] = Field(min_length=1)
    format: Literal["auto", "csv", "jsonl", "parquet"] = "auto"
    #: A table whose columns are known: monthly review exports of Play Console, or an NPS survey.
    preset: Literal["play_console", "nps"] | None = None
    source: str | None = Field(default=None, min_length=1)
    kind: Kind | None = None
    #: Field of a post -> name of the file's column. Without it and a preset, columns have the names of the fields.
    columns: dict[PostField, str] = Field(default_factory=dict)
    #: "row": an id is made of each row's content. Without it that is done where no column holds ids.
    id: Literal["row"] | None = None
    #: Field of a post -> the value that it has in every row.
    constants: dict[PostField, str | int | float | bool] = Field(default_factory=dict)
    encoding: Literal["auto", "utf-8", "utf-16", "cp1252"] = "auto"
    delimiter: str = Field(default="auto", pattern=r"^(auto|[\x01-\x09\x0b\x0c\x0e-!#-\x7e])$")
    #: "auto": ISO 8601, or seconds or milliseconds since 1970; else a format of strptime, such as "%d/%m/%Y %H:%M".
    time_format: str = Field(default="auto", pattern="^auto$|%")
    #: Zone of times that name none. Default: the reporting time zone.
    time_zone: Annotated[str, AfterValidator(_zone_name)] | None = None
    #: The column that says whose a row is. Without it, and without match, every row is about every product asked for.
    product_column: str | None = None
    #: What that column holds: "slug", the name of an id ("google_play"), or the values by product; default: any of
    #: slug, name and ids.
    product_values: str | dict[str, list[str]] | None = None
    #: Of ratings, or by field: from the worst answer to the best, "1..10". Default: found from all that a column says.
    scale: str | dict[Literal["rating", "nps"], str] | None = None
    #: Field of a post -> what a cell says -> what it means: { recommended = { "Would buy again" = true } }.
    values: dict[ValueField, dict[str, str | int | float | bool]] = Field(default_factory=dict)
    #: A row belongs to each product that its title or text mentions.
    match: bool = False
    #: First and last day (whole days in time_zone) that the files hold everything of; default: first and last row.
    covers_from: date | None = None
    covers_to: date | None = None

    @model_validator(mode="after")
    def _fits(self) -> FilesOptions:
        both = sorted(set(self.columns) & set(self.constants))
        if both:
            raise ValueError(f"{both[0]} is both in columns and in constants; keep one")
        if "post_id" in self.constants:
            raise ValueError("post_id cannot be a constant: every row needs its own")
        undated = "created_at" not in self.columns and "created_at" not in self.constants
        if self.columns and not self.preset and undated:
            raise ValueError("columns lacks created_at; say which column holds it")
        if self.id and "post_id" in self.columns:
            raise ValueError('post_id is in columns, and id = "row"; keep one')
        if self.product_values is not None and self.product_column is None and self.preset != "play_console":
            raise ValueError("product_values needs product_column")
        if self.match and (self.product_column or self.preset == "play_console"):
            raise ValueError("match and product_column exclude each other: rows are found by one of them")
        if self.covers_from and self.covers_to and self.covers_from > self.covers_to:
            raise ValueError("covers_from is after covers_to")
        scales = self._scales()
        if "nps" in scales and str(scales["nps"]) != "0..10":
            raise ValueError('scale: an NPS is asked on "0..10"; map answers on another scale as rating')
        zone = ZoneInfo(self.time_zone or "UTC")
        for words_of, words in self.values.items():
            for said, value in words.items():
                why = _unfit(words_of, _word(value), self.time_format, zone, scales.get(words_of))
                if why:
                    raise ValueError(f"values.{words_of}.{said}: {why}")
        for field, value in self.constants.items():
            why = _unfit(field, str(value), self.time_format, zone, scales.get(field))
            if why:
                raise ValueError(f"constants.{field}: {why}")
        return self

    def source_of(self, usual: str) -> str:  # noqa: ARG002 - a preset's source, or the one configured
        """The preset's source, or the one that is configured."""
        return self.spec().source

    def needs_of(self, usual: str | None) -> str | None:
        """Play Console's exports tell the apps by package name."""
        return "google_play" if self.preset == "play_console" and not isinstance(self.product_values, dict) else usual

    def objection(self, products: int) -> str:
        """Rows that say nothing of their product cannot be shared out among several."""
        if products < 2 or self.match or self.spec().product_column:
            return ""
        return "several products, but nothing says whose a row is; name one product, or set product_column or match"

    def _scales(self) -> dict[str, Scale]:
        if self.scale is None:
            return {}
        named = {"rating": self.scale} if isinstance(self.scale, str) else self.scale
        return {field: Scale.of(text) for field, text in named.items()}

    def spec(self, zone: str = "UTC") -> Spec:
        """How the files are read, with the preset's answers filled in; ``zone``: of times that name none."""
        preset = PRESETS[self.preset] if self.preset else None
        columns: dict[str, tuple[str, ...]] = {field: (name,) for field, name in self.columns.items()}
        required = set(columns) or {"created_at"}
        if preset:
            required = set(columns) | preset.required
            columns = {**preset.columns, **columns}
        elif not columns:
            columns = {field: (field,) for field in FIELDS}
        return Spec(
            source=self.source or (preset.source if preset else "files"),
            kind=self.kind or (preset.kind if preset else "post"),
            columns={
                field: names
                for field, names in columns.items()
                if field not in self.constants and not (field == "post_id" and self.id)
            },
            required=frozenset(required - set(self.constants)),
            constants={field: str(value) for field, value in self.constants.items()},
            form=self.time_format,
            zone=ZoneInfo(self.time_zone or zone),
            preset=preset,
            product_column=self.product_column or (preset.product_column if preset else None),
            product_values=self.product_values or (preset.product_values if preset else None),
            match=self.match,
            row_ids=self.id == "row",
            scales=self._scales(),
            words={
                field: {said.strip().lower(): _word(value) for said, value in words.items()}
                for field, words in self.values.items()
            },
        )
