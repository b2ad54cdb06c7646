"""[scoring] in earful.toml, `earful lexicon fit` and `earful rescore` as a person meets them."""

from __future__ import annotations

import csv
import json
import random
from datetime import UTC, datetime, timedelta

import pytest

from earful.flows.cli.main import call
from earful.flows.config.settings import load
from earful.flows.errors import UserError
from earful.sentiment.profile.profile import Profile

MINIMAL = '[[products]]\nslug = "orbit"\nname = "Orbit"\n[[channels]]\nname = "rd"\nconnector = "sample"\n'


def config(home, scoring="", products=""):
    (home / "earful.toml").write_text(scoring + MINIMAL.replace("[[channels]]", products + "[[channels]]"), "utf-8")
    return load(home / "earful.toml")


def test_the_default_is_the_product_profile(home):
    settings = config(home)
    assert settings.profile == Profile.product()
    assert settings.profile.version == Profile.product().version


def test_everything_in_it_reaches_the_profile(home):
    (home / "ours.toml").write_text('[[entry]]\nvalence = -2\nwords = "borked"\nwhy = "ours"\n', "utf-8")
    settings = config(
        home,
        '[scoring]\nrepairs = ["links"]\nlists = ["games"]\noverlay_files = ["ours.toml"]\nwords = { sharpen = 1.5 }\n',
        "words = { sticky = -1 }\n",
    )
    lexicon = settings.profile.lexicon("orbit")
    assert (lexicon.words["borked"], lexicon.words["sharpen"], lexicon.words["sticky"]) == (-2, 1.5, -1)
    assert "zombie" not in lexicon.words
    assert settings.profile.repairs == ("links",)
    assert settings.profile.lexicon("other") is not lexicon
    assert config(home, '[scoring]\nprofile = "vader"\n').profile == Profile.vader()
    assert config(home, "[scoring]\nrepairs = []\n").profile.repairs == ()


def test_the_words_of_a_product_are_a_table_of_their_own(home):
    settings = config(home, "", "[products.words]\nsticky = -1.0\n")
    assert settings.products[0].words == {"sticky": -1.0}


@pytest.mark.parametrize(
    ("scoring", "says"),
    [
        ('profile = "vadr"', ["scoring.profile", "'vadr'"]),
        ('repairs = ["speling"]', ["scoring.repairs", "'speling' is not known", "apostrophes"]),
        ('lists = ["pets"]', ["scoring.lists", "allowed: games"]),
        ("words = { Sharpen = 1 }", ["scoring.words", "'Sharpen'", "lower case"]),
        ("words = { sharpen = 9 }", ["scoring.words", "'sharpen' is 9", "-4 to 4"]),
        ('words = { sharpen = "x" }', ["scoring.words", "give a number"]),
        ("words = 3", ["scoring.words", "write words ="]),
        ('profil = "vader"', ["scoring.profil: unknown key", "did you mean profile?"]),
        ('profile = "vader"\nwords = { a = 1 }', ["scoring.profile", "bare package", "no words"]),
    ],
)
def test_a_mistake_names_the_key_what_was_found_and_what_is_allowed(home, scoring, says):
    with pytest.raises(UserError) as caught:
        config(home, f"[scoring]\n{scoring}\n")
    for part in says:
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_list_that_is_not_there_is_said_when_it_is_needed(home):
    settings = config(home, '[scoring]\noverlay_files = ["gone.toml"]\n')
    with pytest.raises(UserError, match=r"scoring.overlay_files: .*gone.toml: cannot be read"):
        _ = settings.profile


def reviews(path, n=600):
    rng = random.Random(3)
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["title", "review", "stars"])
        for i in range(n):
            bad = i % 3 == 0
            frame = rng.choice(["the sync is {} now", "opens files {} every day", "it is {} since the update"])
            word = rng.choice((["borked", "borked", "here"]) if bad else ["zippy", "zippy", "here"])
            table.writerow(["", frame.format(word) + f" {i}", rng.choice([1, 2] if bad else [4, 5])])


def test_fit_shows_words_and_gain_and_writes_only_when_it_may(home, capsys):
    reviews(home / "reviews.csv")
    asked = ["lexicon", "fit", "reviews.csv", "--text", "title", "--text", "review", "--stars", "stars"]
    assert call(asked) == 0
    out, err = capsys.readouterr()
    assert "borked" in out
    assert "macro-F1" in out
    assert "not written: give --yes" in err
    assert not (home / "reviews-words.toml").exists()
    assert call([*asked, "--yes", "--save", "ours.toml", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["saved"] == "ours.toml"
    assert said["gain"] > 0.1
    words = {w["word"]: w["valence"] for w in said["words"]}
    assert words["borked"] < 0 < words["zippy"]
    settings = config(home, '[scoring]\noverlay_files = ["ours.toml"]\n')
    assert settings.profile.lexicon().words["borked"] == words["borked"]
    # with the list in use there is nothing left to gain
    assert call([*asked, "--yes", "--save", "more.toml"]) == 0
    assert "no word stands out" in capsys.readouterr().out
    assert not (home / "more.toml").exists()


def test_a_list_that_loses_on_held_out_reviews_is_refused_unless_forced(home, capsys):
    """A word that most of the unhappy use and, being many more, still more of the happy: low reviews are found, at a price."""
    rng = random.Random(5)
    with (home / "reviews.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["review", "stars"])
        for i in range(1000):
            bad = i % 10 == 0
            slow = rng.random() < (0.7 if bad else 0.2)
            table.writerow([f"it is nice {'but tabbed ' if slow else ''}on my tablet {i}", 1 if bad else 5])
    asked = ["lexicon", "fit", "reviews.csv", "--text", "review", "--stars", "stars", "--yes"]
    assert call(asked) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert "reviews.csv: the learned words lose accuracy on held-out reviews" in said
    assert "--force" in said
    assert call([*asked, "--json"]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["saved"], answer["exit_code"]) == (False, None, 2)
    assert answer["gain"] > 0
    assert answer["after"]["accuracy"] < answer["before"]["accuracy"]
    assert not (home / "reviews-words.toml").exists()
    assert call([*asked, "--force"]) == 0
    assert (home / "reviews-words.toml").is_file()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"--stars": "rating"}, "has no column 'rating'"),
        ({"--stars": "review"}, "must be numbers"),
        ({"--text": "nothing"}, "has no column 'nothing'"),
    ],
)
def test_a_file_that_cannot_teach_is_one_line(home, capsys, change, says):
    reviews(home / "reviews.csv", 60)
    options = {"--text": "review", "--stars": "stars"} | change
    assert call(["lexicon", "fit", "reviews.csv", *(x for pair in options.items() for x in pair)]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1


def test_too_few_reviews_say_so(home, capsys):
    reviews(home / "reviews.csv", 60)
    assert call(["lexicon", "fit", "reviews.csv", "--text", "review", "--stars", "stars"]) == 2
    assert "at least 50 of each" in capsys.readouterr().err


def land_some(settings):
    """Four posts by another scorer: one crash, one love, one star-only, one whose words are past retention."""
    from landing import row, table

    from earful.connectors.base import Coverage, Window
    from earful.warehouse import Landing, apply_retention, land, open_store, publish, register

    end = datetime(2026, 6, 20, tzinfo=UTC)
    window = Window(end - timedelta(days=9), end)
    with open_store(settings.store, time_zone="UTC") as store:
        launches = [("orbit", end.date(), "Orbit 2", None)]
        register(store, [("orbit", "Orbit", True)], [("rd", "forum", "sample")], launches=launches)
        for at, posts in (
            (1, [row("old", end - timedelta(days=1), 0.0, source="forum", text="it froze")]),
            (
                9,
                [
                    row("crash", end - timedelta(days=1), 0.0, source="forum", text="It crashes all the time"),
                    row("love", end - timedelta(days=2), 0.6369, source="forum", text="I love it"),
                    row("stars", end - timedelta(days=3), None, source="forum", text="", rating=5, language=None,
                        unscored_reason="no text"),
                ],
            ),
        ):  # fmt: skip
            now = end + timedelta(days=at)
            land(
                store,
                Landing(f"r{at}", "rd", "forum", "orbit", window, Coverage.whole(window), "old-1", now, table(posts)),
            )
        apply_retention(store, {"forum": 5}, end + timedelta(days=9))
        publish(store, settings.published)


@pytest.mark.slow
def test_rescore_scores_what_is_kept_and_publishes(home, capsys):
    from earful.warehouse import open_store, query

    settings = config(home)
    settings.data.mkdir()
    land_some(settings)
    assert call(["rescore", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    (line,) = said["rescored"]
    assert (line["posts"], line["changed"], line["gone"], line["days"], line["mixed"]) == (3, 1, 1, 3, 1)
    (version,) = said["versions"]
    posts = query(
        settings.published, "select post_id, compound, scorer_version = $v from posts order by 1", params={"v": version}
    )
    assert posts.rows == (("crash", -0.4404, True), ("love", 0.6369, True), ("old", 0.0, False), ("stars", None, True))
    days = query(settings.published, "select distinct scorer_version from daily order by 1").rows
    assert {v for (v,) in days} == {"mixed", version}
    assert query(settings.published, "select kind, status from runs where kind = 'rescore'").rows == (
        ("rescore", "ok"),
    )
    assert query(settings.published, "select count(*) from revisions").rows == ((0,),)
    assert settings.page.exists()
    # What is configured is as it was: a rescore knows of topics alone.
    assert query(settings.published, "select product, own, tracked from products").rows == (("orbit", True, True),)
    with open_store(settings.store, time_zone="UTC") as store:
        assert store.con.execute("select product, name from launches").fetchall() == [("orbit", "Orbit 2")]
    # the one without words stays as it is, for ever
    assert call(["rescore"]) == 0
    out = capsys.readouterr().out
    assert "0 posts scored again" in out
    assert "1 posts keep their old score" in out


def test_rescore_before_the_first_night_says_what_to_do(home, capsys):
    config(home)
    assert call(["rescore"]) == 4
    assert "earful run" in capsys.readouterr().err


def test_rescore_leaves_a_product_alone_that_left_the_configuration(home, capsys):
    settings = config(home)
    settings.data.mkdir()
    land_some(settings)
    (home / "earful.toml").write_text(MINIMAL.replace("orbit", "other"), "utf-8")
    assert call(["rescore"]) == 0
    assert "nothing to do" in capsys.readouterr().out
