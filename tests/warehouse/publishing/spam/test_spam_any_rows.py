"""Who is suspected and what is flagged (sql/publishing/spam), worked out post by post in Python for many small products.

Numbers of posts lie on both sides of every bound of the rules; words, numbers, links, copies and authors are drawn.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from earful.warehouse.statements import run

ON = date(2026, 5, 1)
FIRST, LAST = ON - timedelta(1), ON + timedelta(1)
SPAN = {"first_day": FIRST, "last_day": LAST, "may_call": "CALL"}
TABLES = """
create table posts (
    day date, product varchar, channel varchar, post_id varchar, source varchar, author varchar, spam varchar, no bigint
);
create table texts (day date, product varchar, channel varchar, post_id varchar, title varchar, "text" varchar);
create table post_pairs (
    product varchar, other_day date, other_channel varchar, other_post_id varchar, day date, channel varchar, post_id varchar
);
create table spam_days (product varchar, day date, posts bigint);
create table spam_voted as from spam_days;
create table unpublished (day date);
create table spam_found (text_no bigint, calls bigint, brazen boolean, numbers varchar[], said varchar);
"""
KINDS = ("contact", "brazen", "number", "links", "copies", "author", "mixed", "edge", "reach")
COMMON = ["sync", "slow", "login", "fine", "again", "today", "page", "after"]
Row = dict[str, Any]


def key(row: Row) -> tuple[str, str, str]:
    return row["product"], row["channel"], row["post_id"]


class World:
    """Forty products: a month of talk, then a few posts of one kind; in DuckDB and as they are."""

    def __init__(self, seed: int) -> None:
        r = self.r = random.Random(seed)
        self.posts: list[Row] = []
        self.pairs: list[Row] = []
        for n in range(40):
            self._product(f"p{n:02}", KINDS[n % len(KINDS)])
        self.days = {
            (f"p{n:02}", ON + timedelta(ahead)) for n in range(40) for ahead in range(-3, 5) if r.random() < 0.85
        }
        self.con = duckdb.connect()
        self.con.execute(TABLES)
        kept = [p for p in self.posts if p["text"] is not None]
        for no, post in enumerate(kept):
            post["text_no"] = no
        self._put(
            "posts",
            [
                {k: p[k] for k in ("day", "product", "channel", "post_id", "source", "author", "spam")}
                for p in self.posts
            ],
        )
        self._put("texts", [{k: p[k] for k in ("day", "product", "channel", "post_id", "title", "text")} for p in kept])
        self._put("post_pairs", self.pairs)
        self._put("spam_days", [{"product": p, "day": d, "posts": 1} for p, d in sorted(self.days)])
        # What spam_traits.py finds of texts that may hold a number.
        self._put("spam_found", [
            {k: p[k] for k in ("text_no", "calls", "brazen", "numbers", "said")} for p in kept if "CALL" in p["text"]
        ])  # fmt: skip

    def _put(self, table: str, rows: list[Row]) -> None:
        self.con.register("given", pa.Table.from_pylist(rows))
        self.con.execute(f"insert into {table} by name from given")
        self.con.unregister("given")

    def _post(self, product: str, day: date, text: str | None, **more: Any) -> Row:
        post = {
            "product": product, "day": day, "channel": self.r.choice("cd"), "post_id": f"x{len(self.posts)}",
            "source": "s", "author": None, "spam": self.r.choice((None, None, None, None, "copies")), "title": "", "text": text,
            "calls": 0, "brazen": False, "numbers": [], "said": None, **more,
        }  # fmt: skip
        self.posts.append(post)
        return post

    def _product(self, product: str, kind: str) -> None:
        r = self.r
        known = [f"{product}word{n}" for n in range(12)]  # what the wave says
        for n in range(r.choice((48, 49, 50, 51, 60, 520, 560))):
            said = r.sample(COMMON, 3) + ([known[0]] if n == 0 else []) + ([known[1]] if n in (1, 2) else [])
            self._post(product, ON + timedelta(r.randrange(-31, -3)), " ".join(said))
        wave = [r.choice((-3, -2, -1, -1, 0, 0, 0, 1, 1, 2, 3)) for _ in range(r.choice((4, 5, 6, 7, 9)))]
        side = r.choice((-1, 1))  # for "reach": the last of four has their number just within reach
        reach = [side, 3 * side, 3 * side, 3 * side, 5 * side]
        wave = {"edge": [0] * 6, "reach": reach, "author": wave + wave[:3]}.get(kind, wave)
        size, others = (
            r.choice((5, 6, 15, 18) if kind in ("edge", "reach") else (3, 4, 5, 6, 15, 18)),
            r.randrange(0, 14),
        )
        first: Row | None = None
        for ahead in wave:
            words = [f"{product}word{n}" for n in range(size)] + r.sample(COMMON, r.choice((0, 3, 5))) + [
                f"filler{product}{r.randrange(10**6)}" for _ in range(r.choice((0, others, 2 * others)))
            ]  # fmt: skip
            more: Row = {"author": r.choice((None, "a1"))}
            if kind in ("contact", "brazen", "mixed", "edge", "reach") and r.random() < (0.8, 1)[kind == "edge"]:
                more |= {"calls": 1, "brazen": kind == "brazen" or r.random() < 0.3}
                words.append("CALL")
            if kind == "number" or (kind == "mixed" and r.random() < 0.5):
                more["numbers"] = r.choice((["1"], ["1", "1"], ["2"], ["1", "2"]))
                words.append("CALL")
            if kind == "author" or r.random() < 0.2:
                more["author"] = r.choice(("loud",) * 9 + ("other",))
            if kind == "reach":
                more |= {"calls": 1} if ahead == side else {"numbers": ["7"]}
                words.append("CALL")
            if kind not in ("edge", "reach") and r.random() < 0.2:
                more["said"] = " ".join(words[: len(words) // 2])
            if r.random() < 0.05:
                more["source"] = "t"
            text = " ".join(words)
            if kind == "links" or r.random() < 0.1:
                text += "".join(
                    f" http://{site}.example/x"
                    for site in r.choice((("a", "b", "c"), ("a", "b", "c"), ("a", "b", "b"), ("a", "b")))
                )
            if r.random() < 0.3:
                text += " <b class=x> [phone] www.k.example"
            post = self._post(product, ON + timedelta(ahead), text, **more)
            if first is None:
                first = post
            elif kind in ("copies", "author") or r.random() < 0.5:
                self.pairs.append({
                    "product": product, "day": post["day"], "channel": post["channel"], "post_id": post["post_id"],
                    "other_day": first["day"], "other_channel": first["channel"], "other_post_id": first["post_id"],
                })  # fmt: skip
        for _ in range(0 if kind == "edge" else r.choice((0, 1, 2, 3, 8))):
            said = r.sample(COMMON, 3) + r.sample(known, r.choice((0, 1, 2)))
            self._post(product, ON + timedelta(r.randrange(-4, 5)), " ".join(said))
        for _ in range(
            (0, r.choice((1, 2, 3)))[kind == "edge"]
        ):  # others say the words too: a third as many, and beside
            self._post(product, ON, " ".join(known))
        for _ in range(2):  # words that are gone
            self._post(product, ON + timedelta(r.randrange(-1, 2)), None)

    def judge(self) -> dict[tuple[str, str, str], str | None]:
        for name in ("read", "suspects", "campaigns", "flags"):
            run(self.con, f"publishing/spam/{name}", SPAN)
        rows = self.con.execute("select product, channel, post_id, spam from posts").fetchall()
        return {(p, c, i): spam for p, c, i, spam in rows}


def near(day: date, other: date, before: int = 2, behind: int = 2) -> bool:
    return -before <= (other - day).days <= behind


def words_of(title: str, said: str) -> set[str]:
    bare = re.sub(r"<[^>]*>|\[(?:phone|email|link|name|card|account)\]|https?://\S+|www\.\S+", " ", f"{title}\n{said}")
    return set(re.findall(r"[^\W_]{2,}", bare.lower()))


class Judged:
    """The rules, as docs and comments say them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked = {(p, d) for p, d in world.days if FIRST <= d <= LAST}
        self.read = [
            post for post in world.posts
            if post["text"] is not None and any(p == post["product"] and near(d, post["day"], 4, 4) for p, d in self.asked)
        ]  # fmt: skip
        by_key = {key(post): post for post in world.posts}
        self.copies = self._copies()
        self.authors = self._authors(by_key)
        self.suspects = {key(post): post for post in self.read if near(ON, post["day"], 3, 3) and self._suspected(post)}
        self.words = {
            k: set(re.findall(r"[^\W_]{2,}", post["said"])) if self._looked(post) and post["said"] is not None
            else words_of(post["title"], post["text"])
            for k, post in self.suspects.items()
        }  # fmt: skip

    @staticmethod
    def _looked(post: Row) -> bool:
        return "CALL" in post["text"]

    def _copies(self) -> Counter[tuple[str, str, str]]:
        likes: dict[Any, set[Any]] = defaultdict(set)
        for pair in self.world.pairs:
            if near(ON, pair["day"], 5, 5):
                other = pair["product"], pair["other_channel"], pair["other_post_id"]
                likes[other] |= {other, key(pair)}
        most: Counter[tuple[str, str, str]] = Counter()
        for some in likes.values():
            for each in some:
                most[each] = max(most[each], len(some))
        return most

    def _authors(self, by_key: dict[tuple[str, str, str], Row]) -> set[tuple[str, str, str]]:
        alike: dict[Any, list[Any]] = defaultdict(list)
        for pair in self.world.pairs:
            other = pair["product"], pair["other_channel"], pair["other_post_id"]
            one, two = by_key[key(pair)], by_key[other]
            same = one["author"] is not None and (one["source"], one["author"]) == (two["source"], two["author"])
            if near(ON, pair["day"], 5, 5) and same:
                alike[other].append(key(pair))
        return {each for other, some in alike.items() if len(some) >= 4 for each in (*some, other)}

    def _number(self, post: Row) -> bool:
        return any(
            sum(
                number in other["numbers"] and other["product"] == post["product"] and near(post["day"], other["day"])
                for other in self.read if self._looked(other)
            ) >= 4
            for number in (post["numbers"] if self._looked(post) else ())
        )  # fmt: skip

    def contact(self, post: Row) -> bool:
        return (self._looked(post) and post["calls"] > 0) or self._number(post)

    @staticmethod
    def links(post: Row) -> bool:
        return len(set(re.findall(r"://([a-z0-9.-]+)", post["text"].lower()))) >= 3

    def _suspected(self, post: Row) -> bool:
        many = self.copies[key(post)] >= 6
        return self.contact(post) or many or self.links(post) or key(post) in self.authors

    def new_words(self, product: str, day: date) -> dict[str, bool]:
        """The new words of a day, and whether nobody else says them."""
        around = [k for k, s in self.suspects.items() if s["product"] == product and near(day, s["day"])]
        said = Counter(word for k in around for word in self.words[k])
        past, plain, before = 0, Counter[str](), Counter[str]()
        for post in self.world.posts:
            if post["product"] != product or post["text"] is None:
                continue
            words = words_of(post["title"], post["text"])
            if near(day, post["day"]) and key(post) not in self.suspects:
                plain.update(words)
            if -30 <= (post["day"] - day).days <= -3 and "CALL" not in post["text"]:
                past += 1
                before.update(words)
        fresh = [word for word, n in said.items() if n >= 4 and past >= 50 and before[word] <= 0.002 * past]
        return {word: said[word] >= 3 * plain[word] for word in fresh}

    def why(self, k: tuple[str, str, str], fresh: dict[str, bool]) -> str | None:
        post = self.suspects[k]
        around = [s for s in self.suspects.values() if s["product"] == post["product"] and near(post["day"], s["day"])]
        calling = sum(map(self.contact, around))
        brazen = sum(self.contact(s) and self._looked(s) and s["brazen"] for s in around)
        own = [word for word in self.words[k] if word in fresh]
        alone = sum(fresh[word] for word in own)
        new, words, copies = alone if alone >= 0.8 * len(own) else 0, len(self.words[k]), self.copies[k] or 1
        if k in self.authors or (self.contact(post) and self._looked(post) and post["brazen"] and brazen >= 4):
            return "author" if k in self.authors else "contact"
        if self.contact(post) and calling >= 4 and new >= 4 and new >= 0.12 * words:
            return "campaign"
        if self.links(post) and sum(map(self.links, around)) >= 4 and new >= 5 and new >= 0.3 * words:
            return "campaign"
        if self.contact(post) and copies >= 4:
            return "copies"
        special = (new >= 5 and new >= 0.35 * words) or (new >= 15 and new >= 0.25 * words)
        return "copies" if copies >= 6 and special else None

    def flags(self) -> dict[tuple[str, str, str], str | None]:
        fresh = {asked: self.new_words(*asked) for asked in self.asked}
        found = {}
        for post in self.world.posts:
            k, asked = key(post), (post["product"], post["day"])
            if asked not in self.asked or post["text"] is None:
                found[k] = post["spam"]  # not looked at, or nothing is there to clear it
            else:
                found[k] = self.why(k, fresh[asked]) if k in self.suspects else None
        return found


@pytest.fixture(scope="module", params=range(3))
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    made = World(request.param)
    with made.con:
        yield made


def test_every_flag_of_every_post(world: World) -> None:
    expected = Judged(world).flags()
    before = {key(post): post["spam"] for post in world.posts}
    assert world.judge() == expected
    assert {"author", "contact", "campaign", "copies", None} == set(expected.values())
    changed = {k for k, spam in expected.items() if spam != before[k]}
    days = {key(post): (post["product"], post["day"]) for post in world.posts}
    assert set(world.con.execute("select day from unpublished").fetchall()) == {(days[k][1],) for k in changed}
    assert set(world.con.execute("select product, day from spam_voted").fetchall()) == {days[k] for k in changed}
