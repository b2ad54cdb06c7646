from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from pydantic import BaseModel

from earful.connectors.registry import CONNECTORS, connector_class
from earful.flows.config.sections import ChannelSettings, ProductSettings
from earful.flows.config.settings import Settings, load, parse
from earful.flows.errors import UserError

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


def test_a_connector_reads_the_key_that_it_needs():
    keys = {name: connector_class(name).id_keys for name in CONNECTORS}
    assert {key for each in keys.values() for key in each} == {"app_store", "google_play", "reddit", "steam"}
    for name, each in keys.items():
        assert {connector_class(name).needs} - {None} <= set(each)


def test_a_small_configuration(tmp_path):
    settings = load(write(tmp_path, GOOD))
    assert settings.products[0].ids == {"steam": ("440",), "app_store": ("1", "2")}
    assert settings.store == tmp_path / "earful-data" / "store.duckdb"
    assert settings.channels[0].first_day(date(2026, 5, 1)) == date(2026, 1, 1)
    # the first moment of a day in Berlin, summer time
    assert settings.midnight(date(2026, 7, 1)).isoformat() == "2026-06-30T22:00:00+00:00"


@pytest.mark.parametrize("name", ["example.toml", "demo.toml"])
def test_what_we_ship_is_valid(tmp_path, name):
    settings = load(write(tmp_path, files("earful.flows").joinpath(name).read_text("utf-8")))
    assert settings.products
    assert settings.channels


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            ("slug =", "slog ="),
            ["products[0].slog: unknown key", "did you mean slug?", "allowed: alarms, exact, exclude, formerly, ids"],
        ),
        (('"Europe/Berlin"', '"Europe/Berln"'), ["time_zone", "'Europe/Berln'", "did you mean Europe/Berlin?"]),
        (
            ('connector = "steam"', 'connector = "steem"'),
            ["channels[0].connector", "'steem'", "allowed: app_store_rss, files"],
        ),
        (
            ('connector = "steam"', 'connector = "steam"\nlanguag = "all"'),
            ["channels[0].languag: unknown key", "did you mean language?"],
        ),
        (
            ('connector = "steam"', 'connector = "steam"\ninterface = "store"'),
            ["channels[0].interface: found 'store'; ended by Valve", "take the line out: the web API"],
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
        # six fields: seconds to CronSim, something else to Prefect
        (
            ("[[products]]", '[schedule]\nnightly = "0 15 4 * * *"\n[[products]]'),
            ["schedule.nightly", "'0 15 4 * * *'", "five fields"],
        ),
        (
            ("[[products]]", '[schedule]\nnightly = "15 4 LW * *"\n[[products]]'),
            ["schedule.nightly", "'15 4 LW * *'", "five fields"],
        ),
        (("[[channels]]", "[channels]"), ["channels: found a table with name, connector", "[[channels]]"]),
        (("[[products]]", 'file = "x"\n[[products]]'), ["file: unknown key", "allowed: alarms, alerts, backup"]),
        (
            ('name = "Acme"', 'name = "Acme"\ninclude = ["a", " "]'),
            ["products[0].include[1]: found ' '; allowed: a word"],
        ),
        (
            ('name = "Acme"', 'name = "Acme"\ninclude = "acme"'),
            ["products[0].include: found 'acme'", "square brackets"],
        ),
        (('connector = "steam"', "connector = [1]"), ["channels[0].connector: found [1]", "text in quotes"]),
        (('connector = "steam"\n', ""), ["channels[0].connector: is missing"]),
        # a check over all of a connector's keys
        (
            ('connector = "steam"', 'connector = "reddit"\nusername_env = "ME"'),
            ["channels[0]: username_env and password_env go together"],
        ),
        # ... and it is not drowned by what the file as a whole could not be asked any more
        (
            ('connector = "steam"', 'connector = "app_store_rss"\ncountries = ["germany"]'),
            ["channels[0].countries[0]: found 'germany'", "ISO 3166"],
        ),
        (
            ('connector = "steam"', 'connector = "files"\npaths = ["a.csv"]\nconstants = { likes = [1] }'),
            ["channels[0].constants.likes: found [1]"],
        ),
        (
            ('connector = "steam"', 'connector = "files"\npaths = ["a.csv"]\ncolumns = { stars = "a" }'),
            ["channels[0].columns: found the key 'stars'", "'rating'"],
        ),
        (('time_zone = "Europe/Berlin"', "time_zone = "), ["not valid TOML", "line 2"]),
        (
            ("[[products]]", "[retention]\ndefault = 0\n[[products]]"),
            ["retention.default: found 0", "allowed: 1 or more"],
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
        (
            ('app_store = ["1", "2"]', 'appstore = "1"'),
            ["products[0].ids: found 'appstore'", "did you mean app_store?"],
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
    with pytest.raises(UserError, match="earful init"):
        load()


def test_a_secret_instead_of_its_variable_s_name_is_not_shown(tmp_path):
    secret = "b4dSecret-in-the-wrong-place"
    text = GOOD.replace('connector = "steam"', f'connector = "reddit"\nclient_secret_env = "{secret}"')
    with pytest.raises(UserError) as caught:
        load(write(tmp_path, text))
    assert secret not in str(caught.value)
    assert "channels[0].client_secret_env" in str(caught.value)
    assert "environment variable" in str(caught.value)


WRONG = [
    1,
    -1,
    0.5,
    "",
    " ",
    "no such thing",
    "2026-13-01",
    True,
    [],
    [1],
    ["x"],
    {},
    {"x": 1},
    {"x": [{}]},
    date(2026, 1, 1),
]


def keys_of_the_file():
    """Every key that may be written: those of the file, and those of each connector in a channel of its own."""
    for name in set(Settings.model_fields) - {"file"}:
        yield (name,)
        model = Settings.model_fields[name].annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from ((name, key) for key in model.model_fields)
    yield from (("products", 0, key) for key in ProductSettings.model_fields)
    for connector in CONNECTORS:
        theirs = set(connector_class(connector).options_model.model_fields)
        for key in sorted(theirs | set(ChannelSettings.model_fields) - {"connector", "options"}):
            yield ("channels", connector, key)


def refusal(raw, file):
    try:
        parse(raw, file)
    except UserError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("place", sorted(keys_of_the_file()), ids=lambda place: ".".join(map(str, place)))
def test_whatever_is_written_is_taken_or_refused_in_one_line_that_names_the_key(tmp_path, place):
    """Every kind of wrong value at every key: never a bug of ours, never a line that leaves out where it is wrong."""
    refused = 0
    for wrong in WRONG:
        connector = place[1] if place[0] == "channels" and len(place) == 3 else "steam"
        channel: dict[str, Any] = {"name": "c", "connector": connector}
        if connector == "files":
            channel["paths"] = ["a.csv"]
        raw: dict[str, Any] = {"products": [{"slug": "acme", "name": "Acme"}], "channels": [channel]}
        path = [0 if part == connector else part for part in place]
        at: Any = raw
        for part in path[:-1]:
            at = at.setdefault(part, {}) if isinstance(at, dict) else at[part]
        at[path[-1]] = wrong
        said = refusal(raw, tmp_path / "earful.toml")
        if said:
            refused += 1
            says = said.removeprefix(f"{tmp_path / 'earful.toml'}: ")
            assert says != said
            assert "more)" not in says, (wrong, says)  # one value is wrong, so one is told
            assert "\n" not in says
            assert str(place[-1]) in says, (wrong, says)
            assert "Input should" not in says, (wrong, says)
            assert len(says.split(":", 1)[1].strip()) > 10, (wrong, says)
    assert refused >= 5


def test_a_product_is_found_as_written_where_that_is_asked(tmp_path):
    text = GOOD.replace('name = "Acme"', 'name = "Acme"\nexact = true\nformerly = ["acme-old", "acme_older"]')
    product = load(write(tmp_path, text)).products[0]
    assert product.product().exact
    assert product.formerly == ("acme-old", "acme_older")


@pytest.mark.parametrize(
    ("formerly", "other", "says"),
    [
        ('["acme"]', "[]", "products[0].formerly: 'acme' is a product of its own"),
        ('["nova"]', "[]", "products[0].formerly: 'nova' is a product of its own"),
        ('["old"]', '["old"]', "products[1].formerly: 'old' is acme's too"),
        ('["Old Name"]', "[]", "products[0].formerly[0]: found 'Old Name'"),
    ],
)
def test_a_former_slug_has_one_place_to_go(tmp_path, formerly, other, says):
    text = GOOD.replace('name = "Acme"', f'name = "Acme"\nformerly = {formerly}')
    text = text.replace("[[channels]]", f'[[products]]\nslug = "nova"\nname = "Nova"\nformerly = {other}\n[[channels]]')
    with pytest.raises(UserError) as caught:
        load(write(tmp_path, text))
    assert says in str(caught.value)
