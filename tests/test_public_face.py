"""``import earful``: what a notebook needs, and nothing that it pays for without asking."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pytest

import earful
from earful import warehouse
from earful.warehouse import WarehouseError


def test_texts_are_scored_as_at_night() -> None:
    told = earful.score(["App crashes every time I open it", "Das ist wirklich ganz schlecht", None, "", "I love it!"])
    assert list(told.index) == [0, 1, 2, 3, 4]
    assert told["compound"][0] < 0 < told["compound"][4]
    assert told["scored"].tolist() == [True, False, False, False, True]
    assert told["compound"].isna().tolist() == [False, True, True, True, False]
    assert told["unscored_reason"].tolist()[1:4] == ["language", "no text", "no text"]


def test_plain_vader_is_one_word_away() -> None:
    text = "App crashes every time I open it"
    plain = earful.score([text], profile="vader")
    assert plain["compound"][0] == earful.score([text])["vader_compound"][0] == 0.0


def test_scoring_takes_any_iterable() -> None:
    pd.testing.assert_frame_equal(earful.score(t for t in ["good", "bad"]), earful.score(pd.Series(["good", "bad"])))
    assert len(earful.score([])) == 0
    gaps = earful.score(pd.DataFrame({"text": ["good", None, float("nan"), pd.NA]})["text"])
    assert gaps["scored"].tolist() == [True, False, False, False]


def test_one_text_is_not_taken_for_its_letters() -> None:
    with pytest.raises(TypeError, match="give a list of texts"):
        earful.score("good")


def test_no_published_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"missing\.duckdb"), earful.read(tmp_path / "missing.duckdb"):
        pass


def test_the_version_is_the_package_s() -> None:
    assert earful.__version__ == version("earful")
    assert set(earful.__all__) == {"__version__", "read", "score"}


@pytest.mark.process
def test_the_import_loads_neither_pandas_nor_prefect() -> None:
    code = "import earful, sys; print(sorted({'pandas', 'prefect', 'duckdb', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.process
def test_a_query_loads_neither_pandas_nor_prefect() -> None:
    """`earful sql` and what else asks the published file: from a process of its own, as everything is loaded here."""
    code = (
        "import sys; from earful.flows.cli.commands.look import look; "
        "print(sorted({'pandas', 'prefect', 'altair', 'duckdb'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "['duckdb']\n"


def test_the_warehouse_has_what_it_says_and_nothing_else() -> None:
    """Its names are imported as they are asked for: each stands with its module, and is found there."""
    for name in warehouse.__all__:
        found = getattr(warehouse, name)
        assert getattr(sys.modules[f"earful.warehouse.{warehouse._PLACE[name]}"], name) is found
    assert set(warehouse._PLACE) == set(warehouse.__all__)
    with pytest.raises(ImportError, match="no_such_name"):
        exec("from earful.warehouse import no_such_name")
