"""Nights on files that mostly stay as they are: what is read and scored, in counts, and that no published number differs.

Each history runs twice: as it is, and with all that is remembered taken away before every night, so that everything is
read and scored anew. Both publish the same.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from benchmarks.same_results import compare
from earful.connectors.toolkit import stamps
from earful.flows.config.scorers import scorers
from earful.flows.config.settings import load
from earful.flows.night.configured import note_configured
from earful.flows.night.known import know_scores, recall
from earful.flows.night.plan import nightly_jobs
from earful.flows.night.pull import RunContext
from earful.sentiment.columnar import ColumnarScorer
from earful.sentiment.scorer import Scored
from earful.warehouse import AllOf, Landed, Landing, erase, land, open_store, publish, standing
from earful.warehouse.landing import known_scores

WORDS = ("fine", "this crashes all the time", "das ist nicht gut und ich mag es nicht", "love it, great support", "")
BEGIN = datetime(2026, 3, 1, 4, tzinfo=UTC)
CONFIG = """
time_zone = "Europe/Berlin"
[[products]]
slug = "spoon"
name = "Spoon"
{words}
[[channels]]
name = "export"
connector = "files"
paths = ["drop/*.csv"]
start = 2026-01-01
{more}
"""
#: Three products told by their words; posts of support are about all three, "this crashes" about two.
THREE = """
time_zone = "Europe/Berlin"
[[products]]
slug = "crash"
name = "Crash"
include = ["crashes", "support"]
[[products]]
slug = "love"
name = "Love"
include = ["love", "crashes"]
[[products]]
slug = "own"
name = "Own"
include = ["support", "ich"]
words = {{ crashes = 0 }}
[[channels]]
name = "export"
connector = "files"
paths = ["drop/*.csv"]
match = true
start = 2026-01-01
{more}{words}
"""


@dataclass
class Home:
    """A folder with a configuration, files and a store; its nights, one a day."""

    folder: Path
    forgetful: bool = False
    scored: list[str] = field(default_factory=list)
    now: datetime = BEGIN

    def configure(self, more: str = "", words: str = "", config: str = CONFIG) -> None:
        (self.folder / "drop").mkdir(parents=True, exist_ok=True)
        (self.folder / "earful.toml").write_text(config.format(more=more, words=words))

    def put(self, name: str, numbers: range, likes: dict[int, int] | None = None, **said: str) -> None:
        """Rows n<number>, one an hour from 1 January; ``said`` gives single ones other words."""
        path = self.folder / "drop" / name
        with path.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["post_id", "created_at", "text", "likes"])
            for n in numbers:
                text = said.get(f"n{n}", f"{WORDS[n % 5]} {n}" if WORDS[n % 5] else "")
                rows.writerow([f"n{n}", f"{datetime(2026, 1, 1) + timedelta(hours=n)}", text, (likes or {}).get(n, 0)])
        then = time.time() - 86400
        os.utime(path, (then, then))

    def night(self) -> Landed:
        """As flows.night.work has it, without Prefect; what was landed."""
        settings = load(self.folder / "earful.toml")
        spool = settings.data / f"spool-{self.now:%d}"
        spool.mkdir(parents=True, exist_ok=True)
        run_context = RunContext(settings, scorers(settings), spool)
        self.scored.clear()
        landed = Landed()
        with open_store(settings.store, time_zone=settings.time_zone) as store:
            note_configured(store, settings, self.now)
            if self.forgetful:
                store.con.execute("delete from remembered")
            recall(store, run_context, self.now)
            jobs = nightly_jobs(
                settings, lambda c, p: standing(store, c, p, self.now), self.now, changed=run_context.changed
            )
            if not self.forgetful:
                know_scores(store, run_context, jobs)
            for n, job in enumerate(jobs):
                pulled = run_context.pull(job, f"{n}")
                for came in pulled.shares:
                    landing = Landing(
                        f"{self.now:%d}", job.channel, "files", came.product, came.window, came.coverage,
                        run_context.scorers[came.product].version, self.now, list(came.files), came.rejected,
                        came.gone,
                    )  # fmt: skip
                    landed = land(store, landing)
            publish(store, settings.published, now=self.now)
        self.now += timedelta(days=1)
        return landed


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    """One that remembers and one that does not; both count what they score."""
    monkeypatch.setattr(stamps, "RACY_NS", -(10**12))
    monkeypatch.setattr(known_scores, "LEAST", 10)
    pair = Home(tmp_path / "ours"), Home(tmp_path / "anew", forgetful=True)
    score_page = ColumnarScorer.score_page

    def counted(self: ColumnarScorer, page: pa.Table) -> Scored:
        for home in pair:
            home.scored += page["text"].to_pylist()
        return score_page(self, page)

    monkeypatch.setattr(ColumnarScorer, "score_page", counted)
    return pair


def same(ours: Home, anew: Home, but: tuple[str, ...] = ()) -> None:
    files = [load(home.folder / "earful.toml").published for home in (ours, anew)]
    found = compare(files[0], files[1], frozenset())
    assert [each for each in found["differences"] if each["table"] not in but] == []
    assert found["rows"] > 100


Step = Callable[[Home], None]


def nights(homes: tuple[Home, Home], *steps: Step, but: tuple[str, ...] = ()) -> tuple[list[Landed], list[list[str]]]:
    """A night after each step in both homes, compared each time; what ours landed and scored."""
    landed, scored = [], []
    for step in steps:
        for home in homes:
            step(home)
            line = home.night()
            if not home.forgetful:
                landed.append(line)
                scored.append(list(home.scored))
        same(*homes, but=but)
    return landed, scored


def nothing(home: Home) -> None:
    """A quiet day."""


def begin(home: Home) -> None:
    home.configure()
    home.put("a.csv", range(300))


@pytest.mark.slow
def test_a_quiet_night_scores_nothing_and_counts_everything(homes: tuple[Home, Home]) -> None:
    landed, scored = nights(homes, begin, nothing, nothing)
    assert [len(texts) for texts in scored] == [300, 0, 0]
    counts = [(x.posts, x.new, x.changed, x.unchanged) for x in landed]
    assert counts == [(300, 300, 0, 0), (300, 0, 0, 300), (300, 0, 0, 300)]


@pytest.mark.slow
def test_one_changed_row_is_one_text_scored(homes: tuple[Home, Home]) -> None:
    landed, scored = nights(
        homes,
        begin,
        lambda home: home.put("a.csv", range(300), n17="I hate it now, it is terrible"),
        lambda home: home.put("a.csv", range(301), n17="I hate it now, it is terrible"),
    )
    assert scored[1:] == [["I hate it now, it is terrible"], ["fine 300"]]
    assert [(x.posts, x.new, x.changed, x.unchanged) for x in landed[1:]] == [(300, 0, 1, 299), (301, 1, 0, 300)]


@pytest.mark.slow
def test_other_likes_are_landed_and_not_scored(homes: tuple[Home, Home]) -> None:
    landed, scored = nights(homes, begin, lambda home: home.put("a.csv", range(300), likes={4: 9, 5: 7}))
    assert (scored[1], landed[1].changed, landed[1].unchanged) == ([], 2, 298)


@pytest.mark.slow
def test_files_that_come_and_go(homes: tuple[Home, Home]) -> None:
    landed, scored = nights(
        homes,
        begin,
        lambda home: home.put("b.csv", range(250, 350), n260="other words in the later file"),
        lambda home: home.put("c.csv", range(100, 110)),
        lambda home: (home.folder / "drop" / "b.csv").unlink(),
        lambda home: home.put("a.csv", range(10, 400)),
        # Its numbers of posts, see below; and the note that a file is gone, which only memory tells.
        but=("coverage", "coverage_gaps", "freshness"),
    )
    assert [len(texts) for texts in scored] == [300, 51, 0, 1, 50]
    assert landed[2].posts == 300 + 100 + 10, "counted by file, where a file is not read"


@pytest.mark.slow
def test_other_words_of_a_product_are_another_scorer(homes: tuple[Home, Home]) -> None:
    _, scored = nights(homes, begin, lambda home: home.configure(words="words = { fine = -3.5 }"), nothing)
    assert [len(texts) for texts in scored] == [300, 300, 0]


@pytest.mark.slow
def test_a_file_that_comes_after_the_end_of_its_channel_is_read(homes: tuple[Home, Home]) -> None:
    ours, _ = homes
    posts, scored = [], []
    for step in (
        begin,
        lambda home: home.configure(more="end = 2026-01-20"),
        lambda home: home.put("b.csv", range(300, 320)),
        nothing,
    ):
        step(ours)
        posts.append(ours.night().posts)
        scored.append(len(ours.scored))
    assert posts == [300, 0, 320, 0], "asked again where there is something new, and only then"
    assert scored == [300, 0, 20, 0]


@pytest.mark.slow
def test_a_product_that_was_forgotten_is_read_anew(homes: tuple[Home, Home]) -> None:
    ours, _ = homes
    begin(ours)
    ours.night()
    settings = load(ours.folder / "earful.toml")
    with open_store(settings.store, time_zone=settings.time_zone) as store:
        erase(store, AllOf("spoon"), kind="product", why="asked", now=ours.now - timedelta(hours=20))
        assert store.con.execute("select count(*) from remembered").fetchall() == [(0,)]
    assert ours.night().new == 300


@pytest.mark.slow
def test_posts_about_several_products_have_the_scores_that_each_has(homes: tuple[Home, Home]) -> None:
    def begin_three(home: Home) -> None:
        home.configure(config=THREE)
        home.put("a.csv", range(200))

    _, scored = nights(
        homes,
        begin_three,
        nothing,
        lambda home: home.put("a.csv", range(205), n1="it crashes no more, love it"),
        lambda home: home.put("b.csv", range(205, 210)),
    )
    # Of five rows one is about nobody; "crash" and "love" share a scorer, "own" has its own.
    assert [len(texts) for texts in scored] == [40 + 40 + 40 + 40, 0, 1 + 4, 4]
