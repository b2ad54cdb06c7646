"""The parameters of a ``files`` channel, and how they say that its files are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from earful.connectors.base import Options
from earful.connectors.files.columns import Spec
from earful.connectors.files.presets import PRESETS, PresetName
from earful.connectors.files.rows import unfit
from earful.connectors.files.tables.encodings import known
from earful.connectors.files.values.scales import Scale, parsed
from earful.connectors.post import Kind

#: The fields of a post that a column or a constant may fill.
PostField = Literal[
    "post_id", "created_at", "edited_at", "kind", "market", "author", "title", "text", "rating", "nps", "recommended",
    "app_version", "likes", "url", "language_hint", "reply_count",
]  # fmt: skip
FIELDS: tuple[str, ...] = PostField.__args__  # type: ignore[attr-defined]


def _zone_name(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # "not there" is a KeyError; "" and folders are the others
        raise ValueError(f"{name!r} is not a time zone; use an IANA name such as Europe/Berlin") from None
    return name


def _scale(written: str) -> str:
    parsed(written)
    return written


#: First and last day of a stretch; None: the first or the last row.
Declared = tuple[date | None, date | None]


def _stretch(written: str) -> Declared:
    ends = written.split("..")
    try:
        first, last = (date.fromisoformat(end.strip()) if end.strip() else None for end in ends)
    except ValueError:
        raise ValueError(f'{written!r} is no stretch of days; write "2026-01-01..2026-03-31", or ".."') from None
    if first and last and first > last:
        raise ValueError(f"{written!r} ends before it begins")
    return first, last


def _covers(written: str) -> str:
    _stretch(written)
    return written


def _encoding(name: str) -> str:
    if name == "auto":
        return name
    known(name)
    return name.lower()


#: What a survey asks for.
_TIMES = frozenset({"created_at", "edited_at"})
_ANSWERS = frozenset({"title", "text", "rating", "nps", "recommended"})
#: Fields whose column must be there where it is named; the others are optional.
NEEDED = ("post_id", "created_at", "title", "text", "rating", "nps", "recommended")


class FilesOptions(Options):
    """Parameters of a ``files`` channel."""

    allowed: ClassVar[Mapping[str, str]] = {
        "covers": 'stretches of days such as "2026-01-01..2026-03-31", or ".."',
        "scale": 'the lowest and the highest value, such as "1..10"',
        "delimiter": '"auto", or one character such as ";"',
        "time_format": '"auto", or a format such as "%d/%m/%Y %H:%M"',
    }

    #: File names, folders or globs (** for any depth), seen from the configuration's folder.
    paths: list[str] = Field(min_length=1)
    format: Literal["auto", "csv", "jsonl", "json", "xlsx", "parquet"] = "auto"
    #: A table whose columns are known (presets/).
    preset: PresetName | None = None
    source: str | None = Field(default=None, min_length=1)
    kind: Kind | None = None
    #: Field of a post -> name of the file's column. Without it and a preset, columns have the names of the fields.
    #: Of a time, a list of two: the column of days and that of times of day. Of a text, a list: read as one text.
    columns: dict[PostField, str | list[str]] = Field(default_factory=dict)
    #: Field of a post -> the value that it has in every row.
    constants: dict[PostField, str | int | float | bool] = Field(default_factory=dict)
    encoding: Annotated[str, AfterValidator(_encoding)] = "auto"
    delimiter: str = Field(default="auto", pattern=r"^(auto|[\x01-\x09\x0b\x0c\x0e-!#-\x7e])$")
    #: Lines above the header, as an editor counts them (rows of a sheet); default: as found.
    skip: int | None = Field(default=None, ge=0)
    #: The sheet of a workbook; default: the first that has the columns.
    sheet: str | None = Field(default=None, min_length=1)
    #: "auto": ISO 8601, or seconds or milliseconds since 1970; else a format of strptime, such as "%d/%m/%Y %H:%M".
    time_format: str = Field(default="auto", pattern="^auto$|%")
    #: Zone of times that name none; default: the reporting zone.
    time_zone: Annotated[str, AfterValidator(_zone_name)] | None = None
    #: "column", or "row": an id made of the row's content, which a file without a column for post_id gets by itself.
    id: Literal["column", "row"] = "column"
    #: Lowest and highest value of the stars, such as "1..10"; by field where nps has another; default: as found.
    scale: (
        Annotated[str, AfterValidator(_scale)] | dict[Literal["rating", "nps"], Annotated[str, AfterValidator(_scale)]]
    ) = Field(default_factory=dict)
    #: Field -> what stands in the file -> the value that it means: { recommended = { Oui = true } }.
    values: dict[Literal["rating", "nps", "recommended"], dict[str, str | int | float | bool]] = Field(
        default_factory=dict
    )
    #: The decimal mark of likes and reply_count; the other one parts thousands. Default: as found.
    decimal: Literal["auto", ".", ","] = "auto"
    #: The column that says whose a row is. Without it, and without match, every row is about every product asked for.
    product_column: str | None = None
    #: What that column holds: "slug", the name of an id ("google_play"), or the values by product; default: any of
    #: slug, name and ids.
    product_values: str | dict[str, list[str]] | None = None
    #: A row belongs to each product that its title or text mentions.
    match: bool = False
    #: Stretches of days (whole ones, in time_zone) that the files hold everything of: "2026-01-01..2026-03-31"; an
    #: open end is the first or last row, ".." says that nothing lacks between them. Default: by the rows' own rhythm.
    covers: list[Annotated[str, AfterValidator(_covers)]] = Field(default_factory=list)
    #: One stretch of the kind: its first and its last day.
    covers_from: date | None = None
    covers_to: date | None = None

    @model_validator(mode="after")
    def _fits(self) -> FilesOptions:
        both = sorted(set(self.columns) & set(self.constants))
        if both:
            raise ValueError(f"{both[0]} is both in columns and in constants; keep one")
        if "post_id" in self.constants:
            raise ValueError("post_id cannot be a constant: every row needs its own")
        if self.columns and not self.preset and "created_at" not in {*self.columns, *self.constants}:
            raise ValueError("columns lacks created_at; say which column holds it")
        for field, name in self.columns.items():
            if isinstance(name, list) and field == "text" and (len(name) < 2 or len(set(name)) < len(name)):
                raise ValueError('columns.text: a list names two columns or more: text = ["Pros", "Cons"]')
            if isinstance(name, list) and field != "text" and (field not in _TIMES or len(name) != 2):
                raise ValueError(
                    f"columns.{field}: two columns make a time, created_at = [day, time of day], and several a text"
                )
        if self.product_values is not None and self.product_column is None and self.preset != "play_console":
            raise ValueError("product_values needs product_column")
        if self.match and (self.product_column or self.preset == "play_console"):
            raise ValueError("match and product_column exclude each other: rows are found by one of them")
        if self.covers_from and self.covers_to and self.covers_from > self.covers_to:
            raise ValueError("covers_from is after covers_to")
        if self.preset and PRESETS[self.preset].questions and not {*self.columns, *self.constants} & _ANSWERS:
            raise ValueError(
                f"preset {self.preset}: each survey asks otherwise; name its columns in columns "
                "(text, nps, rating or recommended)"
            )
        nps = self.scales().get("nps")
        if nps and (nps.low < 0 or nps.high != 10):
            raise ValueError("scale: nps is asked with 0..10; a column of other answers is stars (columns.rating)")
        for field, value in self.constants.items():
            why = unfit(field, str(value), self.time_format, ZoneInfo(self.time_zone or "UTC"))
            if why:
                raise ValueError(f"constants.{field}: {why}")
        return self

    def source_of(self, usual: str) -> str:  # noqa: ARG002 - a preset's source, or the one configured
        """The preset's source, or the one that is configured."""
        return self.spec().source

    def needs_of(self, usual: str | None) -> str | None:
        """Play Console's exports tell the apps by package name."""
        named = isinstance(self.product_values, dict) or self.product_column
        return "google_play" if self.preset == "play_console" and not named else usual

    def objection(self, products: int) -> str:
        """Rows that say nothing of their product cannot be shared out among several."""
        if products < 2 or self.match or self.spec().product_column:
            return ""
        return "several products, but nothing says whose a row is; name one product, or set product_column or match"

    def declared(self) -> list[Declared]:
        """The stretches of days that the configuration says are whole; none: it says nothing."""
        said = [_stretch(each) for each in self.covers]
        return said + ([(self.covers_from, self.covers_to)] if self.covers_from or self.covers_to else [])

    def scales(self) -> dict[str, Scale]:
        """The configured scales by field: one alone is that of the stars, or of nps where there are no stars."""
        if isinstance(self.scale, str):
            preset = PRESETS[self.preset].columns if self.preset else {}
            nps = ("nps" in self.columns or "nps" in preset) and "rating" not in {*self.columns, *preset}
            return {"nps" if nps else "rating": parsed(self.scale)}
        usual = PRESETS[self.preset].scales if self.preset else {}
        # A column that the configuration names has the scale that its values show.
        written = {str(field): scale for field, scale in usual.items() if field not in self.columns}
        written |= {str(field): scale for field, scale in self.scale.items()}
        return {field: parsed(scale) for field, scale in written.items()}

    def spec(self, zone: str = "UTC") -> Spec:
        """How the files are read, with the preset's answers filled in. ``zone`` is the reporting zone."""
        preset = PRESETS[self.preset] if self.preset else None
        columns: dict[str, tuple[str, ...]] = {
            field: (name,) if isinstance(name, str) else tuple(name) if field == "text" else (name[0],)
            for field, name in self.columns.items()
        }
        # A column of words, stars or answers makes a post; one of versions or likes that is missing costs itself.
        required = {each for each in columns if each in NEEDED} or {"created_at"}
        row_ids = self.id == "row" or bool(preset and preset.row_ids and "post_id" not in self.columns)
        if preset:
            required = {each for each in columns if each in NEEDED} | preset.required
            columns = {**preset.columns, **columns}
        elif not columns:
            columns = {field: (field,) for field in FIELDS}
        return Spec(
            source=self.source or (preset.source if preset else "files"),
            kind=self.kind or (preset.kind if preset else "post"),
            columns={field: names for field, names in columns.items() if field not in self.constants},
            named=frozenset(self.columns),
            required=frozenset(required - set(self.constants) - ({"post_id"} if row_ids else set())),
            constants={field: str(value) for field, value in self.constants.items()},
            form=self.time_format,
            zone=ZoneInfo(self.time_zone or (preset.zone if preset else None) or zone),
            preset=preset,
            product_column=self.product_column or (preset.product_column if preset else None),
            # Of a column that the configuration names any of slug, name and ids counts, unless it says otherwise.
            product_values=self.product_values
            or (preset.product_values if preset and not self.product_column else None),
            match=self.match,
            row_ids=row_ids,
            scales=self.scales(),
            values={
                **(preset.values if preset else {}),
                **{
                    field: {said.strip().lower(): str(value) for said, value in each.items()}
                    for field, each in self.values.items()
                },
            },
            decimal=self.decimal,
            clocks={f: name[1] for f, name in self.columns.items() if f in _TIMES and isinstance(name, list)},
            one_text=isinstance(self.columns.get("text"), list),
        )
