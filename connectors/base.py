"""What a connector is: the protocol, the window it is asked for, the coverage it answers with."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

from earful.connectors.errors import PullError
from earful.connectors.post import Page, pseudonym


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open span of time [start, end), both aware, kept in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window needs aware datetimes")
        if self.start > self.end:
            raise ValueError(f"a window cannot end ({self.end}) before it starts ({self.start})")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))

    def holds(self, *moments: datetime | None) -> bool:
        """Whether any of the moments (created, edited) lies in the window."""
        return any(m is not None and self.start <= m < self.end for m in moments)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What came of a window: everything in [reached, until) was seen, nothing is claimed outside it.

    ``reached`` and ``until`` lie inside the asked window (UTC). ``capped`` says that the service has more, older posts
    than it lets anybody list; ``note`` says in words which limit bit. None in ``reached``: nothing was covered.
    ``missing`` names stretches inside [reached, until) that did not come (an outage of the service).

    A connector that knows what it need not read again says in ``remember`` (text of its own; None: leave what is
    remembered) what it wants to be told of this product the next night, see Context.remembered. It is kept with the
    landing, or not at all. ``kept`` counts posts that were not read, since they are as they were when they landed.
    """

    reached: datetime | None
    until: datetime
    capped: bool = False
    note: str = ""
    missing: tuple[Window, ...] = ()
    remember: str | None = None
    kept: int = 0
    #: Where all that there is begins (UTC), of a source that holds a history: nothing earlier could be asked for.
    begins: datetime | None = None
    #: What cannot be told and is asked, a line each that names the way out. It is in ``note``, too, and first there.
    questions: tuple[str, ...] = ()

    @classmethod
    def whole(cls, window: Window, note: str = "") -> Coverage:
        """Everything that was asked for came."""
        return cls(window.start, window.end, note=note)

    @classmethod
    def none(cls, window: Window, note: str) -> Coverage:
        """Nothing can be said of the window."""
        return cls(None, window.end, capped=True, note=note)


@dataclass(frozen=True, slots=True)
class Product:
    """What a connector knows of a product. ``ids`` maps a source's id name (app_store, google_play, steam) to ids.

    ``exact``: its terms are looked for as they are written, capitals too, not in every way to type them.
    """

    slug: str
    name: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What a pull is asked for one product: its posts of a window."""

    product: Product
    window: Window


#: What came of a product: the coverage of its window, or why it alone could not be served.
Outcome = Coverage | PullError
#: The pages of one product; returns its coverage. Order is free, duplicates are allowed; it yields every post created
#: in the window, or edited in it where the service can say so. It raises Retriable or Fatal.
Pages = Generator[Page, None, Coverage]
#: The pages of several products, each post with the slug of the one it belongs to; returns what came of each.
SharedPages = Generator[Page, None, Mapping[str, Outcome]]


class Pull:
    """One question to a service: iterate over its pages, then read its ``coverage``.

    A post that belongs to two products comes as two rows. Iterating raises Retriable or Fatal; then nothing is covered.
    """

    def __init__(self, pages: SharedPages) -> None:
        self._pages = pages
        self._coverage: Mapping[str, Outcome] | None = None

    def __iter__(self) -> Iterator[Page]:
        """The pages, as they come."""
        if self._coverage is None:
            self._coverage = yield from self._pages

    @property
    def coverage(self) -> Mapping[str, Outcome]:
        """By slug, one entry a product asked for. Raises RuntimeError before the last page came."""
        if self._coverage is None:
            raise RuntimeError("the coverage of a pull is known after its last page")
        return self._coverage


def one_by_one(asked: Sequence[Asked], pages: Callable[[Product, Window], Pages]) -> Pull:
    """The pull of a connector that asks by id: one product after the other (the runner gives it one at a time)."""

    def each() -> SharedPages:
        came: dict[str, Outcome] = {}
        for one in asked:
            came[one.product.slug] = yield from pages(one.product, one.window)
        return came

    return Pull(each())


@dataclass(frozen=True, slots=True)
class Health:
    """One answer of ``earful check``: whether a channel can work for a product, in one line, without any secret."""

    ok: bool
    says: str
    reaches_back: str = ""  # in words: "about 1,000 posts a listing", "7 days", "everything"
    lines: tuple[str, ...] = ()  # more of it for a person, a line each
    details: tuple[Mapping[str, Any], ...] = ()  # and for machines, as JSON has it
    holds: tuple[datetime, datetime] | None = None  # first and last time of what there is, where it was looked at


@dataclass(frozen=True, slots=True)
class Context:
    """What every connector is given besides its own options."""

    channel: str
    secret: bytes = field(repr=False)
    env: Mapping[str, str] = field(repr=False)
    root: str = "."  # relative file names in the configuration are seen from here
    former: tuple[bytes, ...] = field(default=(), repr=False)  # secrets before this one, newest first
    zone: str = "UTC"  # of the reporting days (IANA); a table's times that name no zone are of it
    #: By product: what Coverage.remember said of the last pull that landed; none where all is to be read (a backfill).
    remembered: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    #: What is masked in texts after the pull: files that were read under another rule are read again.
    masking: str = ""
    #: Pseudonyms under former secrets and the present ones of the same authors, as far as author() was asked for them.
    former_pseudonyms: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def author(self, source: str, name: str | None) -> str | None:
        """The author's pseudonym under the present secret; former ones go into ``former_pseudonyms``."""
        present = pseudonym(self.secret, source, name)
        if present is not None:
            for secret in self.former:
                self.former_pseudonyms[str(pseudonym(secret, source, name))] = present
        return present


#: The name of an environment variable that holds a secret. In capitals, as everywhere: a secret written here instead of
#: its variable's name is refused before it can be shown.
EnvName = Annotated[str, Field(pattern=r"^[A-Z_][A-Z0-9_]*$")]


class Options(BaseModel):
    """Base of a connector's own part of the configuration. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: By the name of an option: what may be written there, in words ("a country's two letters, such as us"). Said where
    #: a value does not have the form that the option wants, which else is shown as a regular expression.
    allowed: ClassVar[Mapping[str, str]] = {}

    def source_of(self, usual: str) -> str:
        """The source that the channel's posts carry: the connector's usual one, unless its parameters say another."""
        return usual

    def needs_of(self, usual: str | None) -> str | None:
        """The key of Product.ids that the channel cannot do without, as far as its parameters decide that."""
        return usual

    def objection(self, products: int) -> str:  # noqa: ARG002 - most can serve any number
        """Why the channel cannot serve so many products, or ""."""
        return ""


#: How a service is asked: see Connector.reads.
Reads = Literal["id", "whole"]


class Connector(Protocol):
    """A way into one service. Stateless: what was pulled before is the caller's business.

    The class attributes are the facts of its source; nothing else in earful knows them. ``options_model`` is the
    pydantic model of its parameters; the constructor takes one of those and a Context. One instance serves one run; it
    may be called from several threads. One whose service has pages of products may know their links, too, for
    ``earful try LINK``: see earful.connectors.links.HasLinks.
    """

    source: ClassVar[str]
    options_model: ClassVar[type[Options]]
    #: A nightly asks again for this much before the watermark, for late and edited posts. None: for everything since
    #: the channel's start, every night (cheap to read again, and parts may be added late: files).
    overlap: ClassVar[timedelta | None]
    #: A long window may be cut in pieces without asking the service for the same things again.
    seekable: ClassVar[bool]
    #: The key of Product.ids that it cannot do without ("app_store"), or None. Products without it are left out.
    needs: ClassVar[str | None]
    #: Every key of Product.ids that it reads, ``needs`` among them. A key that nearly is one of these is a slip.
    id_keys: ClassVar[tuple[str, ...]]
    #: How the service is asked. "id": for one product at a time, by its ids; twice the products, twice the requests.
    #: "whole": it reads a table, a listing, a timeline as it is and picks out what each product is about; it is asked
    #: once for all products of the channel.
    reads: ClassVar[Reads]
    #: Days that the words of its posts are kept where the configuration says nothing of the source; None: as many as
    #: ``retention.default`` says. For services whose terms ask for less.
    text_days: ClassVar[int | None]
    #: Fewest seconds between two requests, over all products of the source; 0 where nothing limits.
    spacing: ClassVar[float]

    def __init__(self, options: Any, context: Context) -> None: ...  # noqa: ANN401 - each connector narrows it

    def pull(self, asked: Sequence[Asked]) -> Pull:
        """Pages of the products' posts, each product's created or edited in its own window.

        One product at a time where it ``reads`` by id; else all that the channel is asked for. Windows may differ: a
        product that is new is asked from further back.
        """
        ...

    def check(self, products: Sequence[Product]) -> Mapping[str, Health]:
        """By slug, whether it can work now: credentials, reachability, how far back.

        At most one request a product, and one for all where what is read is the same for all.
        """
        ...


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What a service says now of posts that were pulled before: one answer, about the ids it was asked for.

    Every set is of ids asked. ``gone``: the service itself says deleted or removed. ``unnamed``: they stand, their
    author's account is gone. ``missing``: not in the answer, of which nothing follows.
    """

    asked: frozenset[str]
    gone: frozenset[str] = frozenset()
    unnamed: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()


@runtime_checkable
class Rechecks(Protocol):
    """A connector that can ask its service what became of posts, by id; ``upkeep`` does so daily."""

    def recheck(self, ids: Sequence[str]) -> Iterator[Rechecked]:
        """One answer after the other, in the order of the ids. Raises PullError; what was yielded before holds."""
        ...


@runtime_checkable
class Remembers(Protocol):
    """A connector that is told what it read (Context.remembered), and can say whether there is anything new."""

    def unchanged(self, product: Product, window: Window) -> bool:
        """Whether a pull would bring nothing that has not landed. Costs next to nothing. Raises PullError."""
        ...


def secret_from_env(env: Mapping[str, str], name: str | None) -> str | None:
    """The value of an environment variable that the configuration names, or None when unset or empty."""
    return (env.get(name) or None) if name else None
