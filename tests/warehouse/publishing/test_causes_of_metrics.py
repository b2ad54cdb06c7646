"""What explains a change of stars, NPS and the number of posts, not of scores alone: the same ranking, in their own terms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from landing import DAY, HOUR, NOW, T0, named, put, row, span
from snapshot import check, of_file

from earful.warehouse import open_store, publish, query, register

DAYS, AT = 84, 76
SHOP = {"channel": "shop", "source": "app_store"}
SURVEY = {"channel": "survey", "source": "nps_survey"}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scores stand still. Of orbit the stars fall in Germany alone; of nova the NPS of those who answer in French."""
    folder, rng = tmp_path_factory.mktemp("metrics"), np.random.default_rng(5)
    with open_store(folder / "store.duckdb", time_zone="UTC") as store:
        register(
            store, [(slug, slug.title(), True) for slug in ("orbit", "nova", "tern", "lull")],
            [("shop", "app_store", "app_store_rss"), ("survey", "nps_survey", "files")],
        )  # fmt: skip
        stars, answers = [], []
        for d in range(DAYS):
            for i in range(30):
                at, fell = T0 + d * DAY + (i % 23) * HOUR, d >= AT
                score, more = round(float(rng.normal(0.3, 0.2)), 4), {"market": ("de", "us", "gb")[i % 3]}
                rating = float(rng.choice([1, 2] if fell and i % 3 == 0 else [3, 4, 5]))
                stars.append(row(f"s{d}-{i}", at, score, rating=rating, **more, **SHOP))
                nps = int(rng.integers(0, 6) if fell and i % 3 == 0 else rng.integers(6, 11))
                market = {"market": ("fr", "us", "gb")[i % 3]}
                answers.append(row(f"n{d}-{i}", at, score, nps=nps, kind="survey", product="nova", **market, **SURVEY))
        # Of tern four times as many posts come, as many speak of login as all did before; of lull all alike.
        many, even = [], []
        for d in range(DAYS):
            for i in range(60 if d >= AT else 15):
                at, score = T0 + d * DAY + (i % 23) * HOUR, round(float(rng.normal(0.3, 0.2)), 4)
                said = {"login": 0.1} if i >= 18 or i % 9 == 0 else {"ads": 0.1} if i % 4 == 0 else {}
                many.append(row(f"t{d}-{i}", at, score, product="tern", topics=named(**said), **SHOP))
                said = ({"login": 0.1}, {"ads": 0.1}, {})[i % 3]
                even.append(row(f"l{d}-{i}", at, score, product="lull", topics=named(**said), **SHOP))
        put(store, *many, product="tern", window=span(0, DAYS), **SHOP)
        put(store, *even, product="lull", window=span(0, DAYS), **SHOP)
        put(store, *stars, window=span(0, DAYS), **SHOP)
        put(store, *answers, product="nova", window=span(0, DAYS), **SURVEY)
        return publish(store, folder / "earful.duckdb", now=NOW).path


def rows(published: Path, sql: str) -> list[dict[str, Any]]:
    answer = query(published, sql)
    return [dict(zip(answer.columns, values, strict=True)) for values in answer.rows]


def test_episodes_and_their_causes_are_as_they_were(published: Path) -> None:
    check("causes", of_file(published, "episode_causes", "what_changed", "what_moved", "verdicts"))


@pytest.mark.parametrize(("product", "metric", "part"), [("orbit", "stars", "shop de"), ("nova", "nps", "survey fr")])
def test_what_people_rated_themselves_is_explained_in_its_own_terms(
    published: Path, product: str, metric: str, part: str
) -> None:
    (told,) = rows(published, f"from what_changed where product = '{product}' and told and slice_kind = 'product'")
    assert told["metric"] == metric
    parts = rows(published, f"from episode_causes where episode = '{told['episode']}' order by rank")
    (cause,) = [p for p in parts if p["named"]]
    assert (cause["dimension"], cause["value"]) == ("market", part)
    assert cause["share"] == pytest.approx(1, abs=0.25)
    (rest,) = [p for p in parts if p["dimension"] == "rest"]
    assert cause["contribution"] + rest["contribution"] == pytest.approx(told["change"], abs=abs(told["change"]) / 5)
    raw = rows(
        published,
        f"select avg(rating) as stars, 100 * avg(case when nps >= 9 then 1 when nps >= 7 then 0 else -1 end) as nps from posts"
        f" where product = '{product}' and market = '{part.split()[1]}' and day between '{told['first_day']}' and '{told['last_day']}'",
    )[0]
    assert cause["mean"] == pytest.approx(raw[metric])
    assert f"market {part} explains" in told["sentence"]


def test_what_a_flood_is_about_is_named_and_one_of_all_alike_has_no_cause(published: Path) -> None:
    (tern,) = rows(published, "from what_changed where product = 'tern' and told and slice_kind = 'product'")
    assert (tern["metric"], tern["verdict"]) == ("volume", "flood")
    (cause,) = rows(published, f"from episode_causes where episode = '{tern['episode']}' and named")
    assert (cause["dimension"], cause["value"]) == ("topic", "login")
    # Of 45 posts more a day 42 speak of it; of 15 before and 60 now it were 2 and 44.
    assert cause["contribution"] == pytest.approx(42, abs=0.01)
    assert cause["share"] == pytest.approx(42 / 45, abs=0.001)
    assert (cause["mean_before"], cause["mean"]) == (pytest.approx(2), pytest.approx(44))
    assert "topic login" not in tern["sentence"]
    assert " explains 93% of it (" in tern["sentence"]
    (lull,) = rows(published, "from what_changed where product = 'lull' and told and slice_kind = 'product'")
    assert "Nothing explains it: no topic, channel, market or version" in lull["sentence"]
    assert lull["causes"] == []
