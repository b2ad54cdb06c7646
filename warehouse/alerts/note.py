"""Note what is to be told, in the caller's transaction: what was found becomes alerts, alerts become messages.

A function of the store's tables and of what was noted before: run again it notes nothing new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import duckdb

from earful.warehouse.days import local_day, utc_naive
from earful.warehouse.statements import count, text
from earful.warehouse.store.store import Store

KINDS = ("worse", "better", "silent", "spam", "failed_night", "backlog")
#: What is older when it is found is history (a first night, a backfill), and nobody is told of it. Days.
RECENT = 14
#: Late posts may move the day of an alarm; an alarm of the same kind so near is the same one. Days.
_NEAR = 7
#: What is found reaches back so far (found.sql); what ended before is out of sight, not withdrawn. Days.
_SIGHT = 100


@dataclass(frozen=True, slots=True)
class AlertTarget:
    """Who is told: the name in the configuration (never the address), which kinds, of which products (none: all)."""

    target: str
    kinds: tuple[str, ...]
    products: tuple[str, ...] = ()

    def wants(self, kind: str, product: str) -> bool:
        """Whether it is told of that."""
        return kind in self.kinds and (not self.products or not product or product in self.products)


@dataclass(frozen=True, slots=True)
class _Found:
    """A row of found.sql."""

    kind: str
    product: str
    subject: str
    first_day: date
    last_day: date
    reach: int
    ongoing: bool
    detail: str
    #: Somebody has answered it with ``earful alarms``: it is a note, no news.
    answered: bool


@dataclass(frozen=True, slots=True)
class _Noted:
    """A row of ``alerts``, as far as it matters here."""

    alert: str
    kind: str
    product: str
    subject: str
    first_day: date
    last_day: date
    reach: int
    state: str


def set_targets(store: Store, targets: Iterable[AlertTarget]) -> None:
    """Write who is configured to be told. What waits for a target that is no more is dropped, and says so."""
    wanted = list(targets)
    with store.transaction() as con:
        con.execute("delete from alert_targets")
        for each in wanted:
            con.execute(
                "insert into alert_targets values ($target, $kinds, $products)",
                {"target": each.target, "kinds": list(each.kinds), "products": list(each.products)},
            )
        con.execute(
            "update alert_outbox set status = 'dropped', error = 'the target is not configured any more'"
            " where status in ('due', 'sending', 'summed') and not list_contains($names, target)",
            {"names": [each.target for each in wanted] or [""]},
        )


def note_alerts(con: duckdb.DuckDBPyConnection, now: datetime, today: date) -> int:
    """Put what is new, has grown or has ended into the outbox of each target; the number of messages.

    ``now`` is aware; ``today`` its day in the reporting zone. In the caller's transaction: what is landed and what is
    told of it are kept together or not at all.
    """
    rows = con.execute("select target, kinds, products from alert_targets order by target").fetchall()
    if not rows:
        return 0
    found = [_Found(*row) for row in con.execute(text("alerts/found"), {"today": today}).fetchall()]
    at = utc_naive(now)
    return sum(_note_for(con, AlertTarget(t, tuple(k), tuple(p)), found, at, today) for t, k, p in rows)


def note_now(store: Store) -> int:
    """As note_alerts, in a transaction of its own: of a run that ended before it could publish."""
    now = datetime.now(UTC)
    with store.transaction() as con:
        return note_alerts(con, now, local_day(store.zone, now))


def _note_for(
    con: duckdb.DuckDBPyConnection, target: AlertTarget, found: list[_Found], at: datetime, today: date
) -> int:
    noted = [
        _Noted(*row)
        for row in con.execute(
            "select alert, kind, product, subject, first_day, last_day, reach, state from alerts"
            " where target = $target order by noted_at, alert",
            {"target": target.target},
        ).fetchall()
    ]
    subjects = {(f.kind, f.product, f.subject) for f in found}
    alike: dict[tuple[str, str], list[_Noted]] = defaultdict(list)
    for alert in noted:
        alike[alert.kind, alert.product].append(alert)
    seen: set[str] = set()
    queued = 0
    for one in found:
        if not target.wants(one.kind, one.product):
            continue
        known = _same(one, [a for a in alike[one.kind, one.product] if a.alert not in seen], subjects)
        if known is not None:
            seen.add(known.alert)
            queued += _follow(con, target, known, one, at)
        elif not one.answered and _is_news(one, today):
            _insert(con, target, one, at)
            queued += 1
    for alert in noted:
        if alert.state == "open" and alert.alert not in seen and target.wants(alert.kind, alert.product):
            queued += _gone(con, target, alert, at, today)
    return queued


def _is_news(one: _Found, today: date) -> bool:
    since = today - timedelta(days=RECENT)
    if one.kind == "backlog":
        return True  # it is so today, however long ago it began
    return one.first_day > since if one.kind in {"worse", "better", "silent"} else one.last_day > since and one.ongoing


def _same(one: _Found, alike: list[_Noted], subjects: set[tuple[str, str, str]]) -> _Noted | None:
    """Of the alerts of its kind and product the one that told of it: of that subject, or of one that is found no more.

    The latter lay on the same days, or near.
    """
    exact = [a for a in alike if a.subject == one.subject]
    if one.kind == "backlog":
        exact = [a for a in exact if a.state == "open"]  # a channel may fall behind more than once
    if exact:
        return exact[-1]
    if one.kind in {"failed_night", "backlog"}:
        return None
    near = timedelta(days=_NEAR)
    moved = [
        a
        for a in alike
        if (a.kind, a.product, a.subject) not in subjects
        and (one.kind != "spam" or a.subject.rpartition(" ")[0] == one.subject.rpartition(" ")[0])
        and one.first_day - near <= a.last_day
        and a.first_day - near <= one.last_day
    ]
    return moved[-1] if moved else None


def _insert(con: duckdb.DuckDBPyConnection, target: AlertTarget, one: _Found, at: datetime) -> None:
    row = {**asdict(one), "alert": uuid4().hex, "target": target.target, "at": at}
    row["state"] = "open" if row.pop("ongoing") else "ended"
    del row["answered"]
    con.execute(
        "insert into alerts values ($alert, $target, $kind, $product, $subject, $first_day, $last_day, $reach, $state,"
        " $detail, $at, null)",
        row,
    )
    _queue(con, target, str(row["alert"]), "new", at)


def _follow(con: duckdb.DuckDBPyConnection, target: AlertTarget, known: _Noted, one: _Found, at: datetime) -> int:
    """Keep an alert as it stands now; 1 where that is worth an update."""
    what = ""
    if one.reach > known.reach:
        what = "grown"
    elif one.ongoing and known.state != "open":
        what = "again"
    elif not one.ongoing and known.state == "open" and one.kind != "spam":
        what = "ended"
    row = {**asdict(one), "alert": known.alert, "state": "open" if one.ongoing else "ended"}
    row["reach"] = max(one.reach, known.reach)
    del row["ongoing"], row["kind"], row["answered"]
    con.execute(
        "update alerts set product = $product, subject = $subject, first_day = $first_day, last_day = $last_day,"
        " reach = $reach, state = $state, detail = $detail where alert = $alert",
        row,
    )
    if one.answered:
        con.execute(
            "update alert_outbox set status = 'dropped', error = 'it was answered'"
            " where alert = $alert and status in ('due', 'summed')",
            {"alert": known.alert},
        )
        return 0
    return _update(con, target, known.alert, what, at) if what else 0


def _gone(con: duckdb.DuckDBPyConnection, target: AlertTarget, alert: _Noted, at: datetime, today: date) -> int:
    """What an open alert told of is found no more: made good, out of sight, or withdrawn by what came since."""
    good = alert.kind in {"failed_night", "backlog"}
    quiet = alert.kind == "spam" or alert.last_day <= today - timedelta(days=_SIGHT)
    quiet = quiet or count(con, "select count(*) from alarm_answers where episode = $e", {"e": alert.subject}) > 0
    state = "ended" if good or quiet else "withdrawn"
    con.execute("update alerts set state = $state where alert = $alert", {"state": state, "alert": alert.alert})
    return 0 if quiet else _update(con, target, alert.alert, state, at)


def _update(con: duckdb.DuckDBPyConnection, target: AlertTarget, alert: str, what: str, at: datetime) -> int:
    """Queue an update. A message that nobody can have seen is not followed by another: it tells how things stand."""
    unseen = con.execute(
        "select message, what from alert_outbox where alert = $alert and status in ('due', 'summed') and attempts = 0",
        {"alert": alert},
    ).fetchall()
    for message, kind in unseen:
        if kind == "new" and what == "withdrawn":
            con.execute(
                "update alert_outbox set status = 'dropped', error = 'what came since no longer shows it'"
                " where message = $message",
                {"message": message},
            )
        elif kind != "new":
            con.execute("update alert_outbox set what = $what where message = $m", {"what": what, "m": message})
    if unseen:
        return 0
    # Of what was dropped before anybody saw it nothing is to be taken back, and if it is so again it is new.
    told = count(
        con,
        "select count(*) from alert_outbox where alert = $alert and (attempts > 0 or status = 'delivered')",
        {"alert": alert},
    )
    if not told and what not in {"again", "grown"}:
        return 0
    _queue(con, target, alert, what if told else "new", at)
    return 1


def _queue(con: duckdb.DuckDBPyConnection, target: AlertTarget, alert: str, what: str, at: datetime) -> None:
    con.execute(
        "insert into alert_outbox (message, target, alert, what, queued_at, status, attempts)"
        " values ($message, $target, $alert, $what, $at, 'due', 0)",
        {"message": uuid4().hex, "target": target.target, "alert": alert, "what": what, "at": at},
    )
