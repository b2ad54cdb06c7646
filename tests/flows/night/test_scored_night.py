"""A night by a configuration that says how to score: words of one product, a topic of ours, and rescoring after a change."""

from __future__ import annotations

import json
import threading

import pandas as pd
import pytest

from earful.flows.cli.main import call

pytestmark = pytest.mark.usefixtures("prefect_server")

REVIEWS = """id,whose,created_at,text
1,oven,2026-03-02T10:00:00Z,The recipe was sticky. It crashes all the time.
2,glue,2026-03-02T11:00:00Z,The recipe was sticky. It crashes all the time.
3,oven,2026-03-03T11:00:00Z,I love this thing
4,glue,2026-03-03T12:00:00Z,
"""
CONFIG = """
[[products]]
slug = "oven"
name = "Oven"
words = { sticky = -2.0 }
[[products]]
slug = "glue"
name = "Glue"
[[channels]]
name = "reviews"
connector = "files"
paths = ["reviews.csv"]
product_column = "whose"
columns = { post_id = "id", created_at = "created_at", text = "text" }
start = 2026-03-01
"""
DAYS = "select * exclude (updated_at) from {} order by all"


def run(capsys, *arguments):
    code = call([*arguments, "--json"])
    out, err = capsys.readouterr()
    assert code == 0, err
    return json.loads(out)


def rows(capsys, sql):
    return run(capsys, "sql", sql)["rows"]


def test_words_and_topics_of_the_configuration_count_at_night_and_after_a_change(home, capsys):
    (home / "reviews.csv").write_text(REVIEWS, "utf-8")
    (home / "earful.toml").write_text(CONFIG, "utf-8")
    run(capsys, "run")
    posts = rows(capsys, "select post_id, product, compound, vader_compound, scorer_version from posts order by 1")
    oven, glue, love, silent = posts
    assert oven["compound"] < glue["compound"] < 0 == oven["vader_compound"] == glue["vader_compound"]
    assert oven["scorer_version"] == love["scorer_version"] != glue["scorer_version"] == silent["scorer_version"]
    topics = rows(capsys, "select post_id, topic, compound, sentences from post_topics order by all")
    assert [(t["post_id"], t["topic"], t["sentences"]) for t in topics] == [("1", "crashes", 1), ("2", "crashes", 1)]
    # The word of one product stands in the other sentence: the topic does not hear it.
    assert topics[0]["compound"] == topics[1]["compound"] == glue["compound"]
    assert {r["title"] for r in rows(capsys, "from topics")} >= {"Crashes and stability"}

    # Another word and a topic of ours: what is kept is scored again, and is what a night by them would have given.
    changed = CONFIG.replace("sticky = -2.0", "sticky = 1.0") + '[topics.recipes]\ninclude = ["recipe~"]\n'
    (home / "earful.toml").write_text(changed, "utf-8")
    (done,) = (r for r in run(capsys, "rescore")["rescored"] if r["product"] == "oven")
    assert (done["posts"], done["changed"]) == (2, 1)
    again = {name: rows(capsys, DAYS.format(name)) for name in ("daily", "daily_topic")}
    (recipes,) = rows(capsys, "from by_topic where product = 'oven' and topic = 'recipes'")
    assert (recipes["topic_title"], recipes["mean_compound"] > 0) == ("Recipes", True)
    other = home / "fresh"
    other.mkdir()
    (other / "reviews.csv").write_text(REVIEWS, "utf-8")
    (other / "earful.toml").write_text(changed, "utf-8")
    run(capsys, "run", "--config", str(other / "earful.toml"))
    for name, found in again.items():
        assert run(capsys, "sql", "--config", str(other / "earful.toml"), DAYS.format(name))["rows"] == found != []


def test_small_pages_are_scored_together_and_keep_their_order(tmp_path, monkeypatch):
    from landing import T0, landing

    from earful.connectors.base import Coverage
    from earful.connectors.post import Post, page
    from earful.flows.night import spooled as spooling
    from earful.flows.night.plan import Job
    from earful.sentiment.plain import PlainScorer
    from earful.warehouse import land, open_store

    monkeypatch.setattr(spooling, "BATCH", 5)
    pages = [page([Post("reddit", "rd", f"p{i}", "post", "orbit", T0, text=f"take {n}", likes=n)])
             for n, i in enumerate([0, 1, 2, 1, 3, 4, 0])]  # fmt: skip
    seen = []

    class Counted(PlainScorer):
        def score_page(self, posts: pd.DataFrame):
            seen.append(len(posts))
            return super().score_page(posts)

    asked = landing().window
    spooled = spooling.Spooled(Job.of("rd", "orbit", asked), tmp_path / "job", {"orbit": Counted()}, threading.Lock())
    for one in pages:
        spooled.add(one)
    spooled.flush()
    (came,) = spooled.ended({"orbit": Coverage.whole(asked)})
    assert (seen, len(came.files), came.posts) == ([5, 2], 2, 7)
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        land(store, landing(rows=came.files))
        likes = store.con.execute("select post_id, likes from posts order by 1").fetchall()
    assert likes == [("p0", 6), ("p1", 3), ("p2", 2), ("p3", 4), ("p4", 5)], "of equals the later one"
