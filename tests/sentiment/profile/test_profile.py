"""Overlay lists and profiles: what they say about products, what they refuse, and when the version changes."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from earful.sentiment.lexicon import Lexicon
from earful.sentiment.profile.overlay import (
    LISTS,
    Entry,
    Overlay,
    OverlayError,
    product,
    read_overlay,
    shipped,
    to_toml,
)
from earful.sentiment.profile.profile import Profile
from earful.sentiment.vader.polarity import polarity

VADER = Lexicon.vader()


def compound(text: str, profile: Profile | None = None) -> float:
    profile = profile or Profile.product()
    return float(polarity(profile.apply(pa.array([text])), profile.lexicon(), engine="package").compound[0])


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("App crashes every time I open it", -1),
        ("Please fix the login", -1),
        ("It freezes all the time", -1),
        ("so many ads", -1),
        ("It doesn't work", -1),
        ("never worked for me", -1),
        ("laggy and slow since the update", -1),
        ("this app is a joke", -1),
        ("I want a refund", -1),
        ("Uninstalled.", -1),
        ("👎", -1),
        ("😡😡😡", -1),
        ("💔", -1),
        ("I don't even know how to open it 😒", -1),
        ("can't live without it 👍", 1),
        ("I wish it had fewer ads", -1),
        ("no crashes any more", 1),
        ("intuitive and fast", 1),
        ("Not slow at all", 1),
        ("works", 1),
        ("👍", 1),
        ("👍🏽👍🏽", 1),
        ("🔥🔥🔥", 1),
        ("🙏", 1),
        ("I ❤️ it", 1),
        ("The app has a button", 0),
    ],
)
def test_product_talk_is_read_as_people_mean_it(text: str, sign: int) -> None:
    found = compound(text)
    assert (found >= 0.05) - (found <= -0.05) == sign, found


def test_the_profile_vader_is_the_bare_package() -> None:
    assert Profile.named("vader").lexicon() is VADER
    assert compound("Please fix the login", Profile.vader()) == 0.3182
    assert Profile.vader().version == "vader"


def test_the_shipped_lists_hold_to_their_form() -> None:
    for overlay in (product(), *map(shipped, LISTS)):
        words = [word for entry in overlay.entries for word in entry.words]
        assert len(words) == len(set(words)), "a word is there twice"
        for entry in overlay.entries:
            assert entry.group
            assert len(entry.why) > 10
            for word in entry.words:
                assert word == word.lower()
                assert word.strip(".,:;!?'\"()") == word
                same = VADER.words.get(word) == entry.valence
                assert not same, f"{word} is {entry.valence} in VADER already"
    assert 150 <= len(product().words) <= 400


def test_a_word_at_zero_is_out_of_the_lexicon_even_in_capitals() -> None:
    silent = Overlay((Entry(("great",), 0.0, "a name"),)).over(VADER, "t")
    assert "great" not in silent.words
    assert polarity(pa.array(["it is GREAT"]), silent, engine="package").compound[0] == 0.0
    # with 0 left in the lexicon VADER would take the capitals for emphasis
    at_zero = Lexicon({**VADER.words, "great": 0.0}, VADER.emojis, "t")
    assert polarity(pa.array(["it is GREAT"]), at_zero, engine="package").compound[0] != 0.0


def test_an_emoji_does_not_lend_its_valence_to_words() -> None:
    lexicon = product().over(VADER, "t")
    assert {"fire", "warning"} <= lexicon.words.keys()
    assert lexicon.words["fire"] == VADER.words["fire"]
    assert all(lexicon.emojis[sign].split()[-1] in lexicon.words for sign in product().emoji)
    assert lexicon.emojis["🐙"] == VADER.emojis["🐙"]


def test_later_words_win_and_those_of_a_product_are_its_own(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text('[[entry]]\nvalence = 1.0\nwords = "crash sharpen"\nwhy = "ours"\n', "utf-8")
    profile = Profile.product(files=[file], words={"sharpen": 2}, extra_words={"dash": {"crash": 0}})
    assert profile.lexicon().words["crash"] == 1.0
    assert profile.lexicon().words["sharpen"] == 2.0
    assert profile.lexicon("other") is profile.lexicon()
    assert "crash" not in profile.lexicon("dash").words
    assert profile.lexicon("dash") is profile.lexicon("dash")


def test_the_version_changes_with_everything_that_can_change_a_score(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text('[[entry]]\nvalence = 1.0\nwords = "sharpen"\nwhy = "ours"\n', "utf-8")
    profiles = [
        Profile.product(),
        Profile.product(repairs=["links"]),
        Profile.product(repairs=["links", "glued"]),
        Profile.product(lists=["games"]),
        Profile.product(files=[file]),
        Profile.product(words={"sharpen": 1.5}),
        Profile.product(extra_words={"a": {"sharpen": 1.5}}),
        Profile.product(extra_words={"b": {"sharpen": 1.5}}),
        Profile.vader(),
    ]
    assert len({p.version for p in profiles}) == len(profiles)
    assert all(len(p.version) <= 24 for p in profiles)
    same = [Profile.product(repairs=["glued", "links"]), Profile.product(words={"sharpen": 1.0})]
    assert [p.version for p in same] == [profiles[2].version, profiles[4].version]


def test_a_product_s_version_does_not_change_with_another_s_words() -> None:
    one = Profile.product(extra_words={"a": {"sticky": -1}})
    two = Profile.product(extra_words={"a": {"sticky": -1}, "b": {"tiny": 1}})
    assert one.version != two.version
    assert one.for_product("a").version == two.for_product("a").version
    assert two.for_product("c").version == Profile.product().version
    assert hash(two.for_product("c")) == hash(Profile.product())


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("words = 3", "words: unknown key; allowed: emoji, entry, lists, misspelt, phrase"),
        ("entry = 3", r"write \[\[entry\]\]"),
        ("entry = [3]", r"entry\[0\]: found 3"),
        ('[[entry]]\nvalence = 1\nwords = "a"', r"entry\[0\]\.why: is missing"),
        ('[[entry]]\nvalence = 5\nwords = "a"\nwhy = ""', "'a' is 5; give a number from -4 to 4"),
        ('[[entry]]\nvalence = nan\nwords = "a"\nwhy = ""', "give a number from -4 to 4"),
        ('[[entry]]\nvalence = "x"\nwords = "a"\nwhy = ""', "give a number"),
        ('[[entry]]\nvalence = true\nwords = "a"\nwhy = ""', "give a number"),
        ('[[entry]]\nvalence = 1\nwords = "Great"\nwhy = ""', "'Great'; give single words in lower case"),
        ('[[entry]]\nvalence = 1\nwords = ["a"]\nwhy = ""', r"words: found \['a'\]"),
        ('[[entry]]\nvalence = 1\nwords = " "\nwhy = ""', "words: is empty"),
        ('[[entry]]\nvalence = 1\nwords = "a"\nwhy = ""\nwhi = ""', "whi: unknown key"),
        ("[emoji]\nx = 1", "emoji: found 'x'"),
        ('[emoji]\n"👍👍" = 1', "one character"),
        ("[[entry", "not valid TOML"),
    ],
)
def test_a_wrong_list_is_one_line_that_names_the_place(tmp_path: Path, toml: str, says: str) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(toml, "utf-8")
    with pytest.raises(OverlayError, match=says) as caught:
        read_overlay(file)
    assert str(caught.value).startswith(str(file))
    assert "\n" not in str(caught.value)


def test_what_is_written_is_read_as_it_was(tmp_path: Path) -> None:
    overlay = Overlay((Entry(("a", "b"), -1.5, 'why "so"\\ \n?', "g"), Entry(("c",), 2.0, "x")), {"👍": 1.0})
    file = tmp_path / "ours.toml"
    file.write_text(to_toml(overlay, "two\nlines"), "utf-8")
    assert read_overlay(file) == overlay
    file.write_text(to_toml(product(), ""), "utf-8")
    assert read_overlay(file) == product()


def test_mistakes_in_a_profile_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="bare package"):
        Profile("vader", repairs=("links",))
    with pytest.raises(ValueError, match="'speling' is no repair"):
        Profile.product(repairs=["speling"])
    with pytest.raises(OverlayError, match="no list 'pets'; there are: games"):
        Profile.product(lists=["pets"])
    with pytest.raises(OverlayError, match=r"gone.toml: cannot be read: No such file"):
        Profile.product(files=[tmp_path / "gone.toml"])
    with pytest.raises(OverlayError, match="words of a: the valence of 'x' is 9"):
        Profile.product(extra_words={"a": {"x": 9}})


def test_games_are_read_as_games() -> None:
    text = "kill enemies with weapons in an evil zombie war"
    assert compound(text) < -0.5
    assert compound(text, Profile.product(lists=["games"])) == 0.0
    assert json.dumps(sorted(shipped("games").words)).isascii()
