"""What is wrong with a backup is found before anything is unpacked or changed, whatever it is."""

from __future__ import annotations

import json
import zipfile
from collections import namedtuple
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from landing import T0, put, row

from benchmarks.restore import measure as spoiling
from earful.flows.cli.main import call
from earful.warehouse import WarehouseError, back_up, open_store, restore
from earful.warehouse.backups.manifest import LARGEST, ROWS_A_BYTE

#: The package has a function of this name.
restoring = import_module("earful.warehouse.backups.restore")
ROOT = Path(__file__).parents[3]
CONFIG = (
    'time_zone = "UTC"\n[[products]]\nslug = "orbit"\nname = "Orbit"\n[[channels]]\nname = "rd"\nconnector = "sample"\n'
)
Manifest = dict[str, Any]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup (a folder named like a pattern and like a partition) of a small store."""
    home = tmp_path_factory.mktemp("kept")
    with open_store(home / "store.duckdb", time_zone="UTC") as store:
        put(store, row("p", T0), row("q", T0))
    back_up(home / "store.duckdb", home / "day=1 [*]" / "kept", time_zone="UTC")
    return home / "day=1 [*]" / "kept"


def packed(kept: Path, target: Path, change: Callable[[Manifest], object] | str | None = None) -> Path:
    """The backup as a .zip, with another manifest."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for file in sorted(kept.iterdir()):
            content = file.read_bytes()
            if file.name == "manifest.json" and change is not None:
                manifest = json.loads(content)
                if not isinstance(change, str):
                    change(manifest)
                content = (change if isinstance(change, str) else json.dumps(manifest)).encode()
            out.writestr(file.name, content)
    return target


def refused(source: Path, home: Path) -> str:
    """The one line; nothing is there afterwards that was not before."""
    (home / "data").mkdir()
    with pytest.raises(WarehouseError) as caught:
        restore(home / "data" / "store.duckdb", source, time_zone="UTC")
    assert list((home / "data").iterdir()) == []
    assert "\n" not in str(caught.value)
    assert str(caught.value).isprintable()
    return str(caught.value)


@pytest.mark.slow
def test_spoilt_anyhow_it_is_refused_whole_or_restored_whole(tmp_path: Path) -> None:
    found = spoiling.measure(tmp_path, archives=10, seed=5, commands=False)
    assert found["wrong"] == []
    assert found["refused"] + found["restored"] == 10
    assert found["refused"] > 3
    assert found["restored"] > 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda m: m["tables"].pop("texts"), "table texts is missing, which schema"),
        (lambda m: m["tables"]["posts"].update(rows="two"), "tables.posts.rows is no whole number"),
        (lambda m: m["tables"]["posts"].update(rows=True), "tables.posts.rows is no whole number"),
        (lambda m: m["tables"]["posts"].update(rows=10**15), "rows is more than its bytes can hold"),
        (lambda m: m["tables"]["posts"].update(bytes=10), "posts.parquet has"),
        (lambda m: m["tables"]["posts"].pop("bytes"), "tables.posts.bytes is missing"),
        (lambda m: m["tables"]["posts"].update(sha256="0"), "tables.posts.sha256 is no SHA-256"),
        (lambda m: m["tables"].update({"\x1b[31m": {}}), r"it lists table '\x1b[31m'"),
        (lambda m: m.update(schema="1"), "schema is no whole number"),
        (lambda m: m.update(made_at="2026-03-02T00:00:00"), "made_at is no time with its zone"),
        (lambda m: m.update(made_at=(datetime.now(UTC) + timedelta(days=3)).isoformat()), "still to come"),
        ("[" * 400_000 + "]" * 400_000, "it is no JSON"),
        ('{"earful_backup": 2, "earful_backup": 1}', "names a key twice"),
        ('{"earful_backup": NaN}', "a number that is none"),
        (" " * LARGEST + "{}", "has more than 1,048,576 bytes"),
    ],
)
def test_the_manifest_is_checked_first(
    kept: Path, tmp_path: Path, change: Callable[[Manifest], object] | str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "check", lambda *_: pytest.fail("a file was unpacked"))
    assert says in refused(packed(kept, tmp_path / "kept.zip", change), tmp_path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda m: m["tables"].pop("texts"), "table texts is missing"),
        (lambda m: m.update(schema="one"), "schema is no whole number"),
        ("[" * 400_000 + "]" * 400_000, "it is no JSON"),
    ],
)
def test_the_command_says_damaged_in_one_line_and_leaves_the_store(
    kept: Path,
    tmp_path: Path,
    change: Callable[[Manifest], object] | str,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit 0 with the words gone, and "a bug" twice, at 0fe0825."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "earful.toml").write_text(CONFIG)
    store = tmp_path / "earful-data" / "store.duckdb"
    restore(store, kept, time_zone="UTC")
    before = store.read_bytes()
    packed(kept, tmp_path / "kept.zip", change)
    assert call(["restore", "kept.zip", "--yes"]) == 4
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "is damaged" in err
    assert says in err
    assert store.read_bytes() == before


def test_what_nobody_lists_stays_packed(kept: Path, tmp_path: Path) -> None:
    source = packed(kept, tmp_path / "kept.zip")
    with zipfile.ZipFile(source, "a", zipfile.ZIP_DEFLATED) as out, out.open("more.parquet", "w") as more:
        for _ in range(64):
            more.write(bytes(1 << 20))
    seen: list[str] = []

    def look(_: bytes | None) -> None:
        work = tmp_path / "data" / ".store.duckdb.restoring"
        seen.extend(file.name for file in (work / "unpacked").iterdir())

    restore(tmp_path / "data" / "store.duckdb", source, time_zone="UTC", approve=look)
    assert "posts.parquet" in seen
    assert "more.parquet" not in seen


def test_too_little_room_is_said_before_anything_is_unpacked(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = namedtuple("disk", ["f_bavail", "f_frsize"])
    monkeypatch.setattr("os.statvfs", lambda _: disk(1, 4096))
    assert "MB needed to restore" in refused(packed(kept, tmp_path / "kept.zip"), tmp_path)


def test_a_folder_named_like_a_pattern_is_read_as_itself(kept: Path, tmp_path: Path) -> None:
    assert restore(tmp_path / "data" / "store.duckdb", kept, time_zone="UTC").rows > 2


def test_the_docs_name_the_limits_that_hold() -> None:
    said = (ROOT / "docs" / "security.md").read_text("utf-8").split("## Restoring a backup")[1].split("\n## ")[0]
    assert f"at most {LARGEST >> 20} MB" in said
    assert f"{ROWS_A_BYTE:,} rows a byte" in said
