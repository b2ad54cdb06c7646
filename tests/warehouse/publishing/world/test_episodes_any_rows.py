"""Every column of ``what_changed`` from any verdicts, drawn by a seed: many episodes, of all kinds, slices and metrics.

Numbers are sixteenths, or whole where a metric is told without decimals, so that sums are exact and every order has ties;
days, counts and mixes lie on every bound.
test_world_episodes.py asks the same of the one episode that the detector finds in the world.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from causes_said import causes_of, drawn_causes, why_and_elsewhere
from figures import same
from metrics_said import COUNTS, MEANS, METRICS, beside, figures, main_sentence

from earful.warehouse import open_store, publish
from earful.warehouse.statements import run

Row = dict[str, Any]

D0 = date(2026, 3, 1)
#: "ghost" is not among the products; nobody ever judged a whole day of "bare".
PRODUCTS = {"orbit": ("Orbit", True), "nova": ("Nova", False), "bare": ("Bare", True)}
KINDS = ("worse", "silent", "flood", "fewer", "better")
#: What a verdict may be of.
OF = {
    "worse": (*MEANS, "negative"), "better": MEANS, "flood": ("volume",), "fewer": ("volume",), "silent": ("silence",),
}  # fmt: skip
#: Sixteenths are times this: NPS and counts are told without decimals.
UNIT = {"nps": 64, "volume": 64, "negative": 64}
SLICE_KINDS = ("product", "channel", "topic", "market", "version")
#: Of each kind: channel, market, topic, version.
SLICES = {
    "product": [("", "", "", "")],
    "channel": [("app", "", "", ""), ("rd", "", "", "")],
    "topic": [("", "", t, "") for t in ("ads", "login", "sync", "ui", "zoom")],
    "market": [("app", "de", "", ""), ("app", "us", "", ""), ("shop", "de", "", "")],
    "version": [("app", "", "", v) for v in ("1.0", "1.1", "1.2", "2.0")],
}
NAMES = ("channel", "market", "topic", "app_version")


def sixteenths(rng: random.Random, low: int, high: int) -> float:
    return rng.randint(low, high) / 16


def verdicts(seed: int) -> list[Row]:
    """Rows of the table of that name: days of episodes, and days without one between them and in other slices."""
    rng, found = random.Random(seed), dict[tuple[Any, ...], Row]()

    def put(product: str, day: date, kind: str, where: tuple[str, ...], metric: str, **more: Any) -> None:
        key = (product, day, kind, *where, metric)
        if key in found:
            return
        n = rng.choice((0, 1, 1, 16, 30))
        lows = rng.choice((-2, -4)), rng.choice((0, 1, 3))
        told = rng.random() < 0.85
        unit = UNIT.get(metric, 1)
        found[key] = {
            "day": day, "product": product, "slice_kind": kind, **dict(zip(NAMES, where, strict=True)), "metric": metric,
            "span_from": day, "n": n, "mean": unit * sixteenths(rng, -4, 4), "baseline": unit * sixteenths(rng, -4, 4),
            "baseline_n": 100, "baseline_days": 28, "change": 0.25 if told else None,
            "change_low": unit * lows[0] / 16 if told else None, "change_high": unit * lows[1] / 16 if told else None,
            "within": rng.choice((-0.25, 0.0, 0.25, 0.5)), "mix": rng.choice((0.0, 0.02, -0.02, 0.0199, 0.25)),
            "z": rng.choice((rng.uniform(-6, 6), rng.uniform(-1, 1), None, None, None)), "cusum": 0.0, "cusum_limit": 5.0,
            "verdict": rng.choice(("no real change", "incomplete day")), "alarm": False, "since": None, "episode": None,
            "reason": "", **more,
        }  # fmt: skip

    for product in (*PRODUCTS, "ghost"):
        for _ in range(6):
            kind, start = rng.choice(KINDS), D0 + timedelta(rng.randrange(30))
            episode = f"{product} {start} {kind}"
            if any(r["episode"] == episode for r in found.values()):
                continue
            slices = rng.sample([(s, where) for s in SLICE_KINDS for where in SLICES[s]], rng.choice((1, 2, 3, 9)))
            if rng.random() < 0.4:  # several of one kind, none of them stronger than the others
                slice_kind = rng.choice(SLICE_KINDS[1:])
                slices = [(slice_kind, where) for where in rng.sample(SLICES[slice_kind], len(SLICES[slice_kind]))]
            length = rng.choice((1, 1, 2, 4))
            usual = rng.sample(OF[kind], rng.choice((1, 1, 2, len(OF[kind]))) if len(OF[kind]) > 1 else 1)
            for number, (slice_kind, where) in enumerate(slices):
                for n in range(length):
                    day = start + timedelta(n + number % 2)
                    verdict = kind if number == 0 or rng.random() < 0.8 else rng.choice(KINDS)
                    since = day - timedelta(rng.choice((0, 0, 1, 2))) if n else start
                    alarm = n == 0 and (number == 0 or rng.random() < 0.5)
                    metrics = [m for m in OF[verdict] if m in usual] or [rng.choice(OF[verdict])]
                    for metric in rng.sample(metrics, rng.randint(1, len(metrics))):
                        put(product, day, slice_kind, where, metric, verdict=verdict, since=since, alarm=alarm,
                            episode=episode)  # fmt: skip
                    for metric in (*MEANS, *COUNTS):  # beside them, without a verdict of the episode
                        if rng.random() < 0.3:
                            put(product, day, slice_kind, where, metric)
        for _ in range(60):
            slice_kind = "channel" if product == "bare" else rng.choice(SLICE_KINDS)
            where = rng.choice(SLICES[slice_kind])
            put(product, D0 + timedelta(rng.randrange(-3, 36)), slice_kind, where, rng.choice((*MEANS, *COUNTS)))
    rows = list(found.values())
    for episode in {r["episode"]: None for r in rows if r["episode"]}:
        told = [r for r in rows if r["episode"] == episode]
        if rng.random() < 0.2:  # listed only
            for r in told:
                r["alarm"] = False
        else:
            told[0]["alarm"] |= not any(r["alarm"] for r in told)
    if not seed % 2:  # nothing told of these: episodes without a day to sum up
        for r in rows:
            r["change"] = None if r["product"] == "nova" and r["episode"] else r["change"]
    rng.shuffle(rows)
    return rows


def drawn_answers(seed: int, rows: list[Row]) -> list[Row]:
    """Answers to episodes by name, by days alone (their episode is there no more), and to others of the same days."""
    rng, out, spans = random.Random(seed + 1), list[Row](), dict[str, list[date]]()
    for r in rows:
        if r["episode"]:
            spans.setdefault(r["episode"], []).append(r["day"])
    for n, episode in enumerate(sorted(spans)):
        product, _, verdict = episode.split(" ")
        for _ in range(rng.choice((0, 0, 1, 2))):
            first = rng.choice((min(spans[episode]), max(spans[episode]))) + timedelta(rng.choice((-2, -1, 0, 1)))
            out.append({
                "episode": episode if rng.random() < 0.4 else f"gone {len(out)}", "product": rng.choice((product, product, "nova")),
                "metric": rng.choice(OF[verdict]), "verdict": verdict, "first_day": first,
                "last_day": first + timedelta(rng.choice((0, 1))), "answer": rng.choice(("known", "wrong", "expected")),
                "why": rng.choice(("", "a launch", "it's <b>ours</b>")),
                "answered_at": datetime(2026, 5, 1) + timedelta(minutes=rng.choice((0, 60 * n)), seconds=len(out)),
            })  # fmt: skip
    return out


@dataclass(frozen=True, slots=True)
class Drawn:
    rows: list[Row]
    causes: list[Row]
    answers: list[Row]
    view: list[Row]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is published of a new store: all views, no rows."""
    folder = tmp_path_factory.mktemp("empty")
    with open_store(folder / "store.duckdb", time_zone="UTC") as store:
        return publish(store, folder / "earful.duckdb").path


@pytest.fixture(scope="module", params=range(24))
def drawn(request: pytest.FixtureRequest, empty: Path) -> Iterator[Drawn]:
    rows = verdicts(request.param)
    with duckdb.connect() as con:
        con.execute(f"attach '{empty}' as was (read_only)")
        for table in ("verdicts", "products", "episode_causes", "alarm_answers"):
            con.execute(f"create table {table} as from was.{table} limit 0")
        con.register("drawn", pa.Table.from_pylist(rows))
        con.execute("insert into verdicts by name from drawn")
        con.executemany(
            "insert into products (product, name, own) values (?, ?, ?)", [(p, *facts) for p, facts in PRODUCTS.items()]
        )
        causes = drawn_causes({r["episode"] for r in rows if r["episode"]}, request.param)
        con.register("drawn_causes", pa.Table.from_pylist(causes))
        con.execute("insert into episode_causes by name from drawn_causes")
        answers = drawn_answers(request.param, rows)
        con.register("drawn_answers", pa.Table.from_pylist(answers))
        con.execute("insert into alarm_answers by name from drawn_answers")
        run(con, "publishing/views/what_changed")
        cursor = con.execute("from what_changed")
        names = [c[0] for c in cursor.description or ()]
        yield Drawn(rows, causes, answers, [dict(zip(names, values, strict=True)) for values in cursor.fetchall()])


def place(row: Row) -> tuple[str, ...]:
    return (row["slice_kind"], *(row[name] for name in NAMES))


def words(row: Row) -> str:
    return " ".join(row[name] for name in NAMES if row[name])


def less(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b


def said(r: Row, slice_name: str, others: dict[str, list[Row]], causes: list[Row]) -> dict[str, str]:
    """The sentence, and its parts."""
    out: str = r["product_name"] + (f" ({slice_name})" if slice_name else "") + main_sentence(r)
    if r["metric"] == "sentiment" and r["mix"] is not None and abs(r["mix"]) >= 0.02 and r["within"] is not None:
        out += (
            f" {r['within']:+.2f} of it within channels and markets, {r['mix']:+.2f} because the posts come from others than"
            " before."
        )
    why, elsewhere = why_and_elsewhere(causes)
    flood = "With a flood of posts." if r["flood"] and r["metric"] != "negative" else ""
    why_so = f", {r['answer_why']}" if r["answer_why"] else ""
    answer = f"Answered: {r['answer']}{why_so}." if r["answer"] else ""
    parts = {"headline": out, "beside": beside(r["metric"], others).strip(), "why": why, "elsewhere": elsewhere}
    return parts | {"sentence": " ".join(part for part in (*parts.values(), flood, answer) if part)}


def answered(
    answers: list[Row], rows: list[Row], episode: str, metric: str, verdict: str, days: tuple[date, date]
) -> Row:
    """The newest answer by name; else the newest of those whose episode is gone that is about the same."""
    product, there = episode.split(" ", maxsplit=1)[0], {r["episode"] for r in rows}
    by_name = [a for a in answers if a["episode"] == episode and a["product"] == product]
    left = [
        a for a in answers
        if a["episode"] not in there and (a["product"], a["metric"], a["verdict"]) == (product, metric, verdict)
        and a["first_day"] <= days[1] and a["last_day"] >= days[0]
    ]  # fmt: skip
    found = max(by_name or left, key=lambda a: a["answered_at"], default=None)
    return {
        "answer": found["answer"] if found else None, "answer_why": found["why"] if found else "",
        "answered_at": found["answered_at"] if found else None,
    }  # fmt: skip


def expected(rows: list[Row], causes: list[Row], answers: list[Row], episode: str) -> Row:
    of_it = [r for r in causes if r["episode"] == episode]
    told = [r for r in rows if r["episode"] == episode]
    shown = min(told, key=lambda r: (
        not episode.endswith(r["verdict"]), SLICE_KINDS.index(r["slice_kind"]), METRICS.index(r["metric"]), -abs(r["z"] or 0), *place(r)[1:], r["day"]
    ))  # fmt: skip
    product, metric, where = shown["product"], shown["metric"], place(shown)
    own = sorted((r for r in told if r["metric"] == metric and place(r) == where), key=lambda r: r["day"])
    first, last = own[0]["since"], own[-1]["day"]
    by_metric: dict[str, list[Row]] = defaultdict(list)
    for r in sorted(rows, key=lambda r: r["day"]):
        if (r["product"], place(r)) == (product, where) and first <= r["day"] <= last and r["change"] is not None:
            by_metric[r["metric"]].append(r)
    days = by_metric[metric]
    sums = figures(metric, days)
    change = less(sums["value"], sums["baseline"])
    margin = sums["half"]
    judged = [
        r["day"] for r in rows
        if (r["product"], r["slice_kind"], r["metric"]) == (product, "product", "sentiment")
        and r["verdict"] != "incomplete day"
    ]  # fmt: skip
    strength: dict[str, float] = {}
    for r in told:
        if r["slice_kind"] == "topic":
            strength[r["topic"]] = max(strength.get(r["topic"], 0.0), abs(r["within"]) * sqrt(r["n"]))

    def slices(kind: str, metrics: tuple[str, ...] = METRICS) -> list[str]:
        return sorted({words(r) for r in told if r["slice_kind"] == kind and r["metric"] in metrics})

    name, is_own = PRODUCTS.get(product, (product, False))
    out = {
        "episode": episode, "product": product, "product_name": name, "own": is_own, "metric": metric,
        "verdict": own[0]["verdict"], "slice_kind": shown["slice_kind"], **{c: shown[c] for c in NAMES},
        "first_day": first, "last_day": last,
        "alarm_day": max((r["day"] for r in told if r["alarm"]), default=min(r["day"] for r in told)),
        "told": any(r["alarm"] for r in told),
        "ongoing": last >= max(judged) if judged else None, "days": len(days), "n": sum(r["n"] for r in days),
        "value": sums["value"], "baseline": sums["baseline"], "change": change, "change_low": less(change, margin),
        "change_high": None if change is None or margin is None else change + margin,
        "within": less(change, sums["mix"]), "mix": sums["mix"], "z": sums["z"],
        "topics": sorted(strength, key=lambda t: (-strength[t], t)), "channels": slices("channel", ("sentiment",)),
        "markets": slices("market"), "versions": slices("version"),
        "flood": metric not in {"volume", "silence"} and any(
            r["verdict"] == "flood" and r["mean"] >= 2 * r["baseline"] for r in told
        ), "causes": causes_of(of_it),
    }  # fmt: skip
    out |= answered(answers, rows, episode, metric, out["verdict"], (first, last))
    slice_name = "" if shown["slice_kind"] == "product" else f"{shown['slice_kind']} {words(shown)}"
    return out | said(out, slice_name, by_metric, of_it)


def test_every_column_of_every_episode_and_their_order(drawn: Drawn) -> None:
    wanted = [
        expected(drawn.rows, drawn.causes, drawn.answers, e) for e in {r["episode"] for r in drawn.rows if r["episode"]}
    ]
    wanted.sort(key=lambda r: (
        KINDS.index(r["verdict"]), r["change"] is None, r["change"] or 0, -r["alarm_day"].toordinal(), r["episode"]
    ))  # fmt: skip
    assert [r["episode"] for r in drawn.view] == [r["episode"] for r in wanted]
    for row, each in zip(drawn.view, wanted, strict=True):
        same(row, each)
