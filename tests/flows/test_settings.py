from __future__ import annotations

from datetime import date
from importlib.resources import files

import pytest

from flows.errors import UserError
from flows.settings import load

GOOD = """
time_zone = "Europe/Berlin"
[[products]]
slug = "acme"
name = "Acme"
ids = { steam = "440", app_store = ["1", "2"] }
[[channels]]
name = "steam"
connector = "steam"
"""


def write(tmp_path, text):
    file = tmp_path / "earful.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_small_configuration(tmp_path):
    settings = load(write(tmp_path, GOOD))
    assert settings.products[0].ids == {"steam": ("440",), "app_store": ("1", "2")}
    assert settings.store == tmp_path / "earful-data" / "store.duckdb"
    assert settings.channels[0].first_day(date(2026, 5, 1)) == date(2026, 1, 1)
    # the first moment of a day in Berlin, summer time
    assert settings.midnight(date(2026, 7, 1)).isoformat() == "2026-06-30T22:00:00+00:00"


@pytest.mark.parametrize("name", ["example.toml", "demo.toml"])
def test_what_we_ship_is_valid(tmp_path, name):
    settings = load(write(tmp_path, files("flows").joinpath(name).read_text("utf-8")))
    assert settings.products
    assert settings.channels


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("slug =", "slog ="), ["products[0].slog: unknown key", "did you mean slug?", "allowed: exclude, ids"]),
        (('"Europe/Berlin"', '"Europe/Berln"'), ["time_zone", "'Europe/Berln'", "did you mean Europe/Berlin?"]),
        (
            ('connector = "steam"', 'connector = "steem"'),
            ["channels[0].connector", "'steem'", "allowed: app_store_rss, files"],
        ),
        (
            ('connector = "steam"', 'connector = "steam"\nlanguag = "all"'),
            ["channels[0].languag: unknown key", "did you mean language?"],
        ),
        (('slug = "acme"', 'slug = "Acme Corp"'), ["products[0].slug", "'Acme Corp'"]),
        (('name = "Acme"', ""), ["products[0].name: is missing"]),
        (
            ('connector = "steam"', 'connector = "steam"\nproducts = ["acne"]'),
            ["channels[0].products", "'acne'", "allowed: acme"],
        ),
        (
            ("[[products]]", '[schedule]\nnightly = "25 99 * * *"\n[[products]]'),
            ["schedule.nightly", "'25 99 * * *'", "cron"],
        ),
        (('time_zone = "Europe/Berlin"', "time_zone = "), ["not valid TOML", "line 2"]),
        (
            ("[[products]]", "[retention]\ndefault = 0\n[[products]]"),
            ["retention.default: found 0", "greater than or equal to 1"],
        ),
        (
            ("[[channels]]", '[[channels]]\nname = "steam"\nconnector = "steam"\n[[channels]]'),
            ["channels", "steam is there twice"],
        ),
        (
            (
                "[[channels]]",
                '[[products]]\nslug = "b"\nname = "B"\n[[channels]]\nname = "f"\nconnector = "files"\npaths = ["a.csv"]\n[[channels]]',
            ),
            ["channels[0].products: several products", "product_column"],
        ),
        (("[[products]]", "[path]\n[[products]]"), ["path: unknown key", "did you mean paths?"]),
    ],
)
def test_an_error_names_file_key_what_was_found_and_what_is_allowed(tmp_path, change, says):
    text = GOOD.replace(*change)
    assert text != GOOD
    with pytest.raises(UserError) as caught:
        load(write(tmp_path, text))
    message = str(caught.value)
    assert message.startswith(str(tmp_path / "earful.toml"))
    assert "\n" not in message
    for part in says:
        assert part in message


def test_a_missing_file_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EARFUL_CONFIG", raising=False)
    with pytest.raises(UserError, match="earful init"):
        load()
