"""What a report's questions pick from a file that was really published: which rows, how many, in what order.

The store (landed_world.py) holds more than every list shows and dates on every bound; what is expected is counted from
the rows that were landed, or picked from the whole view in Python.
"""

# Long because: one test for each question, on one published file.

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from landed_world import BURSTS, LAUNCHES, UNTIL, World, before, build, day

from earful.reports.data import Published
from earful.warehouse import read

Row = dict[str, Any]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build(tmp_path_factory.mktemp("questions"))


@pytest.fixture(scope="module")
def file(world: World) -> Iterator[Published]:
    with Published(world.path) as opened:
        yield opened


def view(world: World, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(world.path), read_only=True) as con:
        cursor = con.execute(sql)
        names = [c[0] for c in cursor.description or ()]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def lines(file: Published, name: str, columns: str, **values: Any) -> list[tuple[Any, ...]]:
    """Some columns of what a question brings."""
    return [tuple(r[c] for c in columns.split()) for r in file.ask(name, **values).rows]


def test_shares_have_a_line_for_a_last_day_without_posts(world: World, file: Published) -> None:
    """Lull's last complete day is 78, and nobody wrote on it; day 74 came half, day 79 is not whole yet."""
    expected = []
    for window in (1, 7, 28):
        scores = [
            r["compound"]
            for r in world.rows
            if r["product"] == "lull" and day(78 - window) < r["created_at"].date() <= day(78)
            and r["created_at"].date() != day(74)
        ]  # fmt: skip
        known = [s for s in scores if s is not None]
        sides = [sum(s >= 0.05 for s in known), sum(-0.05 < s < 0.05 for s in known), sum(s <= -0.05 for s in known)]
        shares = [s / len(known) if known else None for s in sides]
        expected.append((window, day(78), len(scores), len(known), len(scores) - len(known), *sides, *shares))
    columns = (
        "window_days last_day posts scored unscored positive neutral negative positive_share neutral_share"
        " negative_share"
    )
    assert lines(file, "shares", columns, product="lull", until=UNTIL) == expected
    assert expected[0][2] == 0
    assert min(expected[2][3:8]) > 0
    # Asked for an earlier day, later ones are not known.
    assert lines(file, "shares", "last_day", product="lull", until=day(74)) == [(day(73),)] * 3


def test_an_episode_names_what_explains_it_first(world: World, file: Published) -> None:
    (episode,) = (r["episode"] for r in view(world, "from what_changed where verdict = 'worse'"))
    every = [r for r in view(world, "from episode_causes") if r["episode"] == episode]
    parts = [r for r in every if r["dimension"] not in {"word", "release", "competitor"}]
    assert {r["dimension"] for r in parts} >= {"topic", "channel", "market", "version", "rest"}
    parts.sort(key=lambda r: r["rank"])
    for most in (2, 3, 50):
        # What adds up to the change is there whatever the limit.
        shown = [r for n, r in enumerate(parts) if n < most or r["named"] or r["dimension"] == "rest"]
        expected = [(r["dimension"], r["label"], r["named"], r["share"]) for r in shown]
        assert lines(file, "moved", "dimension title named explained", episode=episode, most=most) == expected
    named = [r["named"] for r in parts]
    assert named == sorted(named, reverse=True)


#: Orbit's versions by the day on which reviews begin to name them; 1.0 was there from the first.
VERSIONS = [(day(9 * n), f"1.{n}") for n in range(1, 9)]


def test_releases_are_the_newest_and_none_is_to_come(world: World, file: Published) -> None:
    own = VERSIONS + [(day(n), name) for product, n, name in LAUNCHES if product == "orbit"]
    expected = sorted((r for r in own if r[0] <= UNTIL), key=lambda r: (-r[0].toordinal(), r[1]))
    assert lines(file, "releases", "day release", product="orbit", until=UNTIL, most=6) == expected[:6]
    assert lines(file, "releases", "day release", product="orbit", until=UNTIL, most=99) == expected
    assert file.ask("releases", product="orbit", until=UNTIL, most=6).of_all == len(expected) == len(own) - 1
    assert lines(file, "releases", "release", product="orbit", until=day(60), most=2) == [("Alpha",), ("1.6",)]
    effects = {
        (r["product"], r["release"]): tuple(r[c] for c in ("scope", "n_before", "n_after", "change", "verdict"))
        for r in view(world, "from release_effect")
        if r["scope"] == "product"
    }
    found = lines(
        file, "releases", "release scope n_before n_after change verdict", product="orbit", until=UNTIL, most=99
    )
    assert [effects["orbit", name] for name, *_ in found] == [tuple(more) for _, *more in found]


def test_the_digest_tells_of_the_releases_of_four_weeks_once_each(file: Published) -> None:
    products = {"orbit": "Orbit", "nova": "Nova"}
    every = [("Orbit", v, d) for d, v in VERSIONS]
    every += [("Nova", f"7.{n}", day(10 * n)) for n in range(1, 8)]
    every += [(products[p], name, day(n)) for p, n, name in LAUNCHES]
    expected = sorted((r for r in every if before(28) <= r[2] < UNTIL), key=lambda r: (-r[2].toordinal(), r[0], r[1]))
    assert {"Spring", "Autumn", "Yesterday"} <= {r[1] for r in expected}
    assert lines(file, "digest_releases", "product_name release day", until=UNTIL) == expected


def test_trust_shows_the_channels_with_most_numbers_first(world: World, file: Published) -> None:
    rated: Counter[tuple[str, str, str]] = Counter()
    for r in world.rows:
        for column, against in (("rating", "stars"), ("recommended", "recommended")):
            if r[column] is not None:
                rated[r["channel"], r["language"], against] += 1
    expected = sorted(((*key, n) for key, n in rated.items()), key=lambda r: (-r[3], *r[:3]))
    assert len({r[3] for r in expected}) < len(expected), "two with as many: by name"
    columns = "channel language against rated"
    assert lines(file, "trust", columns, most=99) == expected
    assert lines(file, "trust", columns, most=3) == expected[:3]
    assert file.ask("trust", most=3).of_all == len(expected)


def bursts(product: str, until: date) -> list[tuple[int, date, str]]:
    """Posts, first day and kind of the bursts that reach into the 28 days to ``until``, the largest first."""
    every = [(n, day(first), day(last), "repeated text") for p, first, last, n in BURSTS if p == product]
    if product == "orbit":
        every.append((6, day(66), day(66), "one author"))
    inside = [(n, first, kind) for n, first, last, kind in every if (until - last).days < 28 and first <= until]
    return sorted(inside, key=lambda r: (-r[0], -r[1].toordinal(), r[2]))


@pytest.mark.parametrize("until", [UNTIL, day(79), day(81), day(61), day(59)])
def test_bursts_are_those_of_four_weeks_the_largest_first(file: Published, until: date) -> None:
    for product in ("orbit", "nova"):
        expected = bursts(product, until)
        for most in (2, 99):
            given = {"product": product, "until": until, "most": most}
            assert lines(file, "bursts", "posts first_day kind", **given) == expected[:most]
            assert file.ask("bursts", **given).of_all == len(expected)
    assert len(bursts("orbit", UNTIL)) == 6
    assert len(bursts("orbit", day(79))) == 7, "the burst of day 52 was 27 days ago then"


@pytest.mark.parametrize("until", [UNTIL, day(79), day(81), day(72), day(60)])
def test_the_digest_counts_the_bursts_of_seven_days(file: Published, until: date) -> None:
    found: Counter[tuple[str, str]] = Counter()
    posts: Counter[tuple[str, str]] = Counter()
    loud = ("orbit", 66, 66, 6)
    for kind, each in (("repeated text", BURSTS), ("one author", (loud,))):
        for product, first, last, n in each:
            if (until - day(last)).days <= 7 and day(first) < until:
                found[product.capitalize(), kind] += 1
                posts[product.capitalize(), kind] += n
    expected = [(*key, found[key], posts[key]) for key in sorted(found)]
    assert lines(file, "digest_bursts", "product_name kind bursts posts", until=until) == expected


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("daily", ("day", "product", "channel", "market")),
        ("posts", ("day", "product", "channel", "post_id")),
        ("trend", ("product", "day")),
        (
            "verdicts",
            ("product", "day", "slice_kind", "channel", "market", "topic", "app_version", "metric"),
        ),
    ],
)
def test_frames_hold_both_days_asked_for_in_their_order(world: World, name: str, order: tuple[str, ...]) -> None:
    every = view(world, f"select {', '.join(order)} from {name}")
    first, last = day(50), day(60)
    with read(world.path) as earful:
        ask = getattr(earful, name)
        for products, given in (
            ({"orbit"}, {"first": first, "last": last}),
            ({"nova", "lull"}, {"first": first}),
            ({"nova", "lull"}, {"last": last}),
            ({"nova", "lull", "orbit"}, {}),
        ):
            frame = ask(None if len(products) == 3 else sorted(products), **given)
            begin, end = given.get("first", date.min), given.get("last", date.max)
            expected = sorted(
                tuple(r[c] for c in order) for r in every if r["product"] in products and begin <= r["day"] <= end
            )
            found = [
                tuple(v.date() if c == "day" else v for c, v in zip(order, values, strict=True))
                for values in frame[list(order)].itertuples(index=False)
            ]
            assert found == expected, (products, given)


#: Question, the view, which of its rows, in which order, and columns that tell them apart.
PICKS: list[tuple[str, str, Callable[[Row], bool], Callable[[Row], tuple[Any, ...]], str]] = [
    ("versions", "by_version", lambda r: r["app_version"] != "",
     lambda r: (-r["first_day"].toordinal(), -r["last_day"].toordinal(), r["app_version"]), "app_version posts"),
    ("markets", "by_market", lambda r: r["posts"] > 0, lambda r: (-r["posts"], r["source"], r["market"]),
     "source market posts"),
    ("topics", "by_topic", lambda r: r["posts"] > 0, lambda r: (r["impact"], -r["posts"], r["topic_title"]),
     "topic_title posts impact"),
    ("worst", "worst_posts", lambda r: r["day"] <= UNTIL,
     lambda r: (r["compound"], -r["day"].toordinal(), r["channel"], r["post_id"]), "day channel compound text"),
]  # fmt: skip


@pytest.mark.parametrize("pick", PICKS, ids=[p[0] for p in PICKS])
@pytest.mark.parametrize("product", ["orbit", "nova"])
def test_a_list_is_the_head_of_the_whole_view(
    world: World, file: Published, pick: tuple[Any, ...], product: str
) -> None:
    name, table, wanted, order, columns = pick
    own = sorted((r for r in view(world, f"from {table}") if r["product"] == product and wanted(r)), key=order)
    expected = [tuple(r[c] for c in columns.split()) for r in own]
    assert expected
    for most in (1, 3, 99):
        assert lines(file, name, columns, product=product, until=UNTIL, most=most) == expected[:most]


def test_a_chart_has_every_day_after_the_first_to_the_last(world: World, file: Published) -> None:
    since, until = day(40), day(60)
    days = [day(n) for n in range(41, 61)]
    assert lines(file, "trend", "day", product="orbit", since=since, until=until) == [(d,) for d in days]
    verdicts = [
        r for r in view(world, "from verdicts")
        if (r["product"], r["slice_kind"], r["metric"]) == ("orbit", "product", "sentiment") and r["day"] in days
    ]  # fmt: skip
    expected = [
        (r["day"], r["baseline"], None if r["change_high"] is None else (r["change_high"] - r["change_low"]) / 2)
        for r in sorted(verdicts, key=lambda r: r["day"])
    ]
    assert len(expected) == 20
    assert lines(file, "judged", "day baseline margin", product="orbit", since=since, until=until) == expected


@pytest.mark.parametrize("until", [UNTIL, *map(day, (69, 70, 71, 73, 74, 82, 83, 85, 86, 102, 103, 105, 106))])
def test_what_changed_is_told_for_four_weeks_and_in_the_digest_for_one(
    world: World, file: Published, until: date
) -> None:
    verdicts = ["worse", "silent", "flood", "fewer", "better"]
    every = view(world, "from what_changed")
    assert {r["verdict"] for r in every} == {"worse", "better"}
    shown = [r for r in every if (until - r["last_day"]).days < 28 and r["alarm_day"] <= until]
    shown.sort(key=lambda r: (not r["own"], verdicts.index(r["verdict"]), r["change"]))
    expected = [(r["episode"],) for r in shown]
    for most in (1, 99):
        assert lines(file, "changed", "episode", until=until, most=most) == expected[:most]
    week = [r for r in every if r["alarm_day"] < until and (r["ongoing"] or (until - r["last_day"]).days <= 7)]
    week.sort(key=lambda r: (-r["alarm_day"].toordinal(), r["product"]))
    assert lines(file, "digest_changes", "product verdict alarm_day", until=until) == [
        (r["product"], r["verdict"], r["alarm_day"]) for r in week
    ]
    for since in {r["alarm_day"] - timedelta(days=n) for r in every for n in (0, 1)}:
        own = [r for r in every if r["product"] == "orbit" and since < r["alarm_day"] <= until]
        own.sort(key=lambda r: (-r["alarm_day"].toordinal(), r["metric"]))
        found = lines(file, "episodes", "episode", product="orbit", since=since, until=until)
        assert found == [(r["episode"],) for r in own], since


def test_what_changed_is_asked_for_on_its_bounds(world: World) -> None:
    """The days above are those on which an episode is just shown, and just not."""
    assert {r["last_day"] for r in view(world, "from what_changed")} == {day(75), day(78)}
    assert {r["alarm_day"] for r in view(world, "from what_changed")} == {day(70), day(73)}


def test_the_state_counts_pulls_that_answered_that_failed_and_gaps(world: World, file: Published) -> None:
    """Five channels were pulled: one has its newest day in part (capped), and a sixth pull failed."""
    fresh = view(world, "from freshness")
    assert sorted((r["product"], r["channel"], r["status"], r["capped"]) for r in fresh) == [
        ("lull", "rd", "ok", True), ("lull", "shop", "failed", False), ("nova", "shop", "ok", False),
        ("orbit", "play", "ok", False), ("orbit", "rd", "ok", False), ("orbit", "shop", "ok", False),
    ]  # fmt: skip
    gaps = len(view(world, "from coverage_gaps"))
    assert gaps > 1
    assert lines(file, "state", "pulls answered capped failed gaps") == [(6, 5, 1, 1, gaps)]
    assert lines(file, "freshness", "product channel") == [
        ("lull", "rd"), ("lull", "shop"), ("orbit", "play"), ("orbit", "rd"), ("orbit", "shop"), ("nova", "shop"),
    ]  # fmt: skip


def test_the_digest_names_the_gaps_of_five_weeks_the_newest_first(world: World, file: Published) -> None:
    every = view(world, "from coverage_gaps")
    ends = sorted({r["gap_to"] for r in every})
    assert len(ends) > 1
    newest = sorted(every, key=lambda r: (-r["gap_to"].toordinal(), r["product"], r["channel"]))
    week_to = {r["product"]: r["last_day"] for r in view(world, "from this_week")}
    for end in ends:
        for until in (end + timedelta(days=35), end + timedelta(days=36)):
            expected = [
                (r["product"], r["channel"], r["gap_to"])
                for r in newest
                if (min(until, week_to.get(r["product"], until)) - r["gap_to"]).days <= 35
            ]
            assert lines(file, "digest_gaps", "product channel gap_to", until=until) == expected
    first = sorted(every, key=lambda r: (-r["gap_from"].toordinal(), r["product"], r["channel"]))
    assert lines(file, "gaps", "channel gap_from", most=1) == [(r["channel"], r["gap_from"]) for r in first[:1]]
    assert lines(file, "gaps", "channel gap_from", most=9) == [(r["channel"], r["gap_from"]) for r in first]
    assert file.ask("gaps", most=1).of_all == len(every)
