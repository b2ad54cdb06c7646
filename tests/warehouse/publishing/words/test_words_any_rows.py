"""Which words more people say (sql/publishing/words), worked out post by post in Python: every window, term, count and mean."""

from __future__ import annotations

import math
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from earful.warehouse.statements import run

TODAY = date(2026, 5, 31)
TABLES = """
create table posts_with_words (
    day date, channel varchar, product varchar, market varchar, app_version varchar, scored boolean, compound double,
    author varchar, title varchar, "text" varchar, topics struct(topic varchar, compound double)[], post_id varchar
);
create view posts as from posts_with_words;
create table coverage_daily (product varchar, channel varchar, day date, complete boolean);
create table what_changed (
    episode varchar, product varchar, metric varchar, first_day date, alarm_day date, last_day date,
    channel varchar, market varchar, topic varchar, app_version varchar
);
"""
OLD = ("fine as ever", "The sync is slow", "great, really great", "keeps signing in ok", "it can't open 7")
NEW = (
    "Checkout’s broken! it can't log in", "cannot log in. 4.2.0 see https://a.example/checkout?x=1 or me@checkout.example",
    "the checkout is odd, log in again", "x 12 crash\nlog in log in",
)  # fmt: skip
#: Topics of which few speak: how many in an episode, and before it.
FEW = (("rare", 6, 140), ("five now", 5, 60), ("four now", 4, 60), ("five before", 40, 5), ("four before", 40, 4))
EPISODES = [
    # episode, product, metric, first, alarm and last day (days before TODAY), channel, market, topic, version
    ("all", "a", "sentiment", 40, 36, 30, "", "", "", ""),
    ("early", "a", "volume", 60, 45, 31, "", "", "", ""),
    ("silent", "a", "silence", 20, 20, 18, "", "", "", ""),
    ("channel", "a", "stars", 12, 11, 4, "c", "", "", ""),
    ("market", "a", "stars", 12, 11, 4, "", "de", "", ""),
    ("topic", "a", "stars", 12, 11, 4, "", "", "pay", ""),
    *((f"{topic} topic", "a", "stars", 12, 11, 4, "", "", topic, "") for topic, *_ in FEW),
    ("version", "b", "stars", 12, 11, 4, "", "", "", "2.0"),
    ("before any words", "b", "stars", 300, 300, 296, "", "", "", ""),
]
Row = dict[str, Any]


class World:
    """Random posts of 120 days, later ones in other words, in DuckDB and as they are."""

    def __init__(self, seed: int) -> None:
        r = random.Random(seed)
        self.posts: list[Row] = []
        for n in range(2500):
            ago = r.randrange(0, 120)
            late = ago < 14 or 30 <= ago < 40
            version = r.choice((None, "1.0", "2.0"))
            self.posts.append({
                "day": TODAY - timedelta(ago), "channel": r.choice("cd"), "product": r.choice("aaab"),
                "market": r.choice(("", "de")), "app_version": version, "scored": r.random() < 0.9,
                "compound": r.choice((-0.6, -0.1234, 0.0, 0.5)), "author": r.choice((None, f"x{r.randrange(60)}")),
                "title": r.choice((None, "Sync", "fine")), "text": r.choice(NEW if late and r.random() < 0.9 else OLD),
                "topics": r.choice((None, [], [{"topic": "pay", "compound": 0.1}])), "post_id": f"p{n}",
            })  # fmt: skip
        self.whole = {
            (p, c, TODAY - timedelta(ago)) for p in "ab" for c in "cd" for ago in range(120) if r.random() < 0.9
        }
        # A channel that is new has nothing to be compared with.
        self.whole |= {("a", "new", TODAY - timedelta(ago)) for ago in range(3)}
        self.posts += [
            self.posts[0] | {"post_id": f"new{n}", "product": "a", "channel": "new", "day": TODAY, "text": NEW[2]}
            for n in range(40)
        ]
        # Three people say a word in few posts, and many said one that nobody says any more; in ever fewer posts a side.
        day = max(d for p, c, d in self.whole if (p, c) == ("a", "d") and d <= TODAY - timedelta(6))
        for topic, now, before in FEW:
            for n in range(now + before):
                when = day if n < now else day - timedelta(n % 3 * 9 + 20)
                text = (
                    "fine" + (" zebra" if n < 3 or now < 6 else "") * (n < now) + " formerly" * (n >= now + before // 8)
                )
                self.posts.append({
                    **self.posts[0], "product": "a", "scored": True, "author": None, "title": None, "channel": "d",
                    "day": when, "text": text, "post_id": f"{topic}{n}", "topics": [{"topic": topic, "compound": 0.1}],
                })  # fmt: skip
                self.whole.add(("a", "d", when))
        self.con = duckdb.connect()
        self.con.execute(TABLES)
        self._put("posts_with_words", self.posts)
        self._put("coverage_daily", [
            {"product": p, "channel": c, "day": day, "complete": (p, c, day) in self.whole}
            for p in "ab" for c in ("c", "d", "new") for day in (TODAY - timedelta(ago) for ago in range(-1, 120))
        ])  # fmt: skip
        names = [
            "episode",
            "product",
            "metric",
            "first_day",
            "alarm_day",
            "last_day",
            "channel",
            "market",
            "topic",
            "app_version",
        ]
        self._put("what_changed", [
            dict(zip(names, (*e[:3], *(TODAY - timedelta(ago) for ago in e[3:6]), *e[6:]), strict=True)) for e in EPISODES
        ])  # fmt: skip
        self.hashed = dict(self.con.execute("select post_id, hash(channel, post_id) from posts_with_words").fetchall())

    def _put(self, table: str, rows: list[Row]) -> None:
        self.con.register("given", pa.Table.from_pylist(rows))
        self.con.execute(f"insert into {table} by name from given")
        self.con.unregister("given")

    def found(self, most: int) -> dict[tuple[Any, ...], dict[str, tuple[Any, ...]]]:
        """By window, and there by term, what the SQL finds."""
        run(self.con, "publishing/words/windows")
        run(self.con, "publishing/words/keys", {"most": most, "made_by": "x"})
        run(self.con, "publishing/words/stop_words")
        run(self.con, "publishing/words/drawn", {"most": most})
        for name in ("plain", "kinds", "plain_count", "score"):
            run(self.con, f"publishing/words/{name}")
        found: dict[tuple[Any, ...], dict[str, tuple[Any, ...]]] = {
            row: {}
            for row in self.con.execute("select product, episode, first_day, last_day from word_windows").fetchall()
        }
        for product, episode, first, last, term, *rest in self.con.execute(
            "select w.product, w.episode, w.first_day, w.last_day, s.term, s.a, s.b, s.n, s.m, s.g2, s.mean_compound, s.mean_before"
            " from word_scores as s join word_windows as w on w.window_no = s.window_no"
        ).fetchall():
            found[product, episode, first, last][term] = tuple(rest)
        return found

    def said_words(self, table: str) -> set[str]:
        return {word for (word,) in self.con.execute(f"select word from {table}").fetchall()}


def windows(world: World) -> Iterator[tuple[Any, ...]]:
    """Product, episode, first and last day; then channel, market, topic and version of an episode."""
    found = [(p, "", max(d for o, _, d in world.whole if o == p), "", "", "", "") for p in "ab"]
    made = [(p, e, last - timedelta(6), last, *of) for p, e, last, *of in found]
    for e, p, metric, first, alarm, last, *of in EPISODES:
        begins, ends = TODAY - timedelta(min(first, alarm + 6)), TODAY - timedelta(max(last, alarm - 6))
        if metric != "silence":
            made.append((p, e, begins, ends, *of))
    for each in made:
        if any(post["product"] == each[0] and each[2] <= post["day"] <= each[3] for post in world.posts):
            yield each


def drawn(world: World, window: tuple[Any, ...], most: int) -> list[tuple[bool, Row]]:
    product, _, first, last, channel, market, topic, version = window
    days = {
        (c, d, d >= first) for p, c, d in world.whole
        if p == product and first - timedelta(56) <= d <= last and channel in ("", c)
    }  # fmt: skip
    both = {c for c, _, now in days if now} & {c for c, _, now in days if not now}
    sides: dict[bool, list[Row]] = {True: [], False: []}
    for post in world.posts:
        now = post["day"] >= first
        asked = (post["channel"], post["day"], now) in days and post["channel"] in both
        fits = market in ("", post["market"]) and (version == "" or not now or post["app_version"] == version)
        named = topic == "" or any(each["topic"] == topic for each in post["topics"] or ())
        if post["product"] == product and post["scored"] and asked and fits and named:
            sides[now].append(post)
    return [
        (now, post)
        for now, some in sides.items()
        for post in sorted(some, key=lambda post: world.hashed[post["post_id"]])[:most]
    ]


def spoken(post: Row) -> list[str]:
    said = "\n".join(each for each in (post["title"], post["text"]) if each is not None).lower().replace("’", "'")
    said = re.sub(r"https?://\S+|\S+@\S+", " ", said)
    return re.findall(r"[0-9]+(?:[.][0-9]+)+|[^\W_]+(?:'[^\W\d_]+)?|[.!?;:,()\n]+", said)


@pytest.fixture(scope="module", params=[(1, 100_000), (2, 60)], ids=["all", "drawn"])
def both(request: pytest.FixtureRequest) -> Iterator[tuple[World, int]]:
    seed, most = request.param
    world = World(seed)
    with world.con:
        yield world, most


def test_every_term_of_every_window(both: tuple[World, int]) -> None:
    world, most = both
    found = world.found(most)
    asked = list(windows(world))
    assert set(found) == {each[:4] for each in asked}
    taken = {each: drawn(world, each, most) for each in asked}
    everybody = {post["post_id"]: spoken(post) for some in taken.values() for _, post in some}
    often: dict[str, int] = defaultdict(int)
    for said in everybody.values():
        for word in said:
            often[word] += 1
    stop, joins = world.said_words("stop_words"), world.said_words("joining_words")
    known = {word for word, n in often.items() if n >= 3 and re.search(r"[^\W_]", word)}
    listed = 0
    for window, some in taken.items():
        people: dict[bool, set[str]] = {True: set(), False: set()}
        said_by: dict[str, dict[bool, dict[str, list[float]]]] = defaultdict(lambda: {True: {}, False: {}})
        for now, post in some:
            author = post["author"] or f"{post['channel']}\x1f{post['post_id']}"
            people[now].add(author)
            said = everybody[post["post_id"]]
            terms = [w for w in said if w in known - stop and len(w) > 1 and not w.isdigit()]
            terms += [
                f"{one} {two}" for one, two in pairwise(said)
                if {one, two} <= (known - stop) | (known & joins) and not {one, two} <= stop
            ]  # fmt: skip
            for term in terms:
                said_by[term][now].setdefault(author, []).append(post["compound"])
        n, m = len(people[True]), len(people[False])
        expected = {}
        for term, sides in said_by.items():
            a, b = len(sides[True]), len(sides[False])
            if a + b >= 3 and n >= 5 and m >= 5 and a + b < n + m:
                g2 = ratio(a, n, b, m)
                if abs(g2) >= 15.13 and (g2 < 0 or a >= 3):
                    means = [
                        pytest.approx(sum(sum(each) / len(each) for each in side.values()) / len(side), abs=1e-9)
                        if side
                        else None
                        for side in (sides[True], sides[False])
                    ]
                    expected[term] = (a, b, n, m, pytest.approx(g2), *means)
        assert found[window[:4]] == expected, window
        listed += len(expected)
    assert listed > 5
    if most > 1_000:
        assert {each[1] for each in asked if found[each[:4]]} >= {"", "market", "topic", "version", "rare topic"}
        assert found[next(each[:4] for each in asked if each[1] == "rare topic")].keys() >= {"zebra", "formerly"}
    assert all("new" not in term for terms in found.values() for term in terms)


def ratio(a: int, n: int, b: int, m: int) -> float:
    """Dunning's log-likelihood ratio, below nothing where the word is rarer now."""
    e = (a + b) / (n + m)
    parts = ((a, n * e), (b, m * e), (n - a, n * (1 - e)), (m - b, m * (1 - e)))
    return 2 * sum(seen * math.log(seen / due) for seen, due in parts if seen) * (1 if a * m >= b * n else -1)
