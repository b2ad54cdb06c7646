"""Which files a channel's paths name: of folders, archives, links and leftovers, in which order, and how it is said."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from earful.connectors.errors import Fatal
from earful.connectors.files.places import Places, Skipped, find, told

TABLE = "post_id,created_at\n1,2026-03-01\n"


def nothing_known(_path: Path) -> bool:
    return False


def put(root: Path, *names: str, holds: str = TABLE) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(holds, "utf-8")


def seen(root: Path, *patterns: str) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    found = find(root, patterns, nothing_known)
    loose = [each for each in found.files if each in found.loose]
    names = [[each.relative_to(root).as_posix() for each in some] for some in (found.files, loose)]
    return names[0], names[1], [(each.name, each.why) for each in found.skipped]


SYSTEM = "a folder of the system's own"


def test_of_a_folder_all_tables_by_name_and_what_systems_leave_is_said(tmp_path: Path) -> None:
    inside = ("b.csv", "a.csv", "sub/z.csv", "sub/deep/y.csv", "__MACOSX/x.csv", ".git/w.csv", "$RECYCLE.BIN/v.csv")
    left = (
        ".hidden.csv",
        "~$a.xlsx",
        ".~lock.b.csv#",
        "c.csv.part",
        "d.crdownload",
        "Thumbs.db",
        "desktop.INI",
        "e.TMP",
    )
    put(tmp_path, *(f"in/{name}" for name in (*inside, *left)))
    put(tmp_path, "in/empty.csv", holds="")
    (tmp_path / "in" / "linked").symlink_to(tmp_path / "in" / "sub")
    (tmp_path / "in" / "other.csv").symlink_to(tmp_path / "in" / "a.csv")
    files, loose, skipped = seen(tmp_path, "in")
    assert files == loose == ["in/a.csv", "in/b.csv", "in/sub/z.csv", "in/sub/deep/y.csv"]
    unfinished = "not there as a whole yet, by its name"
    assert sorted(skipped) == sorted([
        ("$RECYCLE.BIN/", SYSTEM), (".git/", SYSTEM), ("__MACOSX/", SYSTEM), ("linked/", "a link to a folder"),
        (".hidden.csv", "a hidden file"), ("~$a.xlsx", "a lock of an open document"),
        (".~lock.b.csv#", "a lock of an open document"), ("c.csv.part", unfinished), ("d.crdownload", unfinished),
        ("e.TMP", unfinished), ("Thumbs.db", "a system's own file"), ("desktop.INI", "a system's own file"),
        ("empty.csv", "empty: not there as a whole yet, or nothing in it"),
        ("other.csv", "a link, which may lead anywhere; name what it leads to in paths"),
    ])  # fmt: skip
    folders = [name for name, _ in skipped if name.endswith("/")]
    assert folders == ["$RECYCLE.BIN/", ".git/", "__MACOSX/", "linked/"], "in the order of their names"


def test_a_file_that_is_named_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    put(tmp_path, ".hidden.csv", "c.tmp", "[a].csv", "b.csv")
    (tmp_path / "l.csv").symlink_to(tmp_path / "b.csv")
    assert seen(tmp_path, ".hidden.csv", "c.tmp", "[a].csv", "l.csv") == (
        [".hidden.csv", "c.tmp", "[a].csv", "l.csv"],
        [],
        [],
    )
    assert seen(tmp_path, "*.csv", "b.csv")[0] == ["[a].csv", "b.csv", "l.csv"], "each once, in the order of names"
    assert seen(tmp_path, "b.csv", "*.csv")[0] == ["b.csv", "[a].csv", "l.csv"]


def test_a_pattern_of_files_and_folders_takes_the_files_and_only_else_the_folders(tmp_path: Path) -> None:
    put(tmp_path, "x1.csv", "x2/a.csv", "x3/b.csv")
    assert seen(tmp_path, "x*") == (["x1.csv"], [], [])
    assert seen(tmp_path, "x[23]") == (["x2/a.csv", "x3/b.csv"], ["x2/a.csv", "x3/b.csv"], [])
    assert seen(tmp_path, "x1.csv", "x2")[1] == ["x2/a.csv"]
    assert seen(tmp_path, "**/*.csv")[0] == ["x1.csv", "x2/a.csv", "x3/b.csv"]


def test_members_of_an_archive_are_loose_and_leftovers_in_it_are_said(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        for name in ("b.csv", "in/a.csv", "__MACOSX/in/a.csv", "in/.DS_Store.csv"):
            packed.writestr(name, TABLE)
    files, loose, skipped = seen(tmp_path, "all.zip")
    assert files == loose
    assert [Path(each).name for each in files] == ["b.csv", "a.csv"]
    assert skipped == [("all.zip/__MACOSX/in/a.csv", SYSTEM), ("all.zip/in/.DS_Store.csv", "a hidden file")]


def test_a_known_file_is_taken_without_a_look_at_it(tmp_path: Path) -> None:
    put(tmp_path, "in/empty.csv", holds="")
    places = Places()
    places.add(tmp_path / "in/empty.csv", lambda _: True, loose=True)
    places.add(tmp_path / "in/empty.csv", lambda _: True, loose=False)
    assert (len(places.files), len(places.loose), places.skipped) == (2, 1, [])


def test_what_names_nothing_is_an_error_of_its_own(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    (tmp_path / "none").mkdir()
    put(tmp_path, "bad/x.part")
    for patterns in (["*.txt"], ["a.csv", "none"], ["none", "a.csv"]):
        with pytest.raises(Fatal, match=r"matches no file \(seen from "):
            find(tmp_path, patterns, nothing_known)
    with pytest.raises(Fatal, match=r"^files: no table in 'bad': x\.part \(not there as a whole yet, by its name\)$"):
        find(tmp_path, ["bad"], nothing_known)
    assert seen(tmp_path, "bad", "a.csv")[0] == ["a.csv"]


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (0, ""),
        (1, "0 (w)"),
        (3, "0 (w); 1 (w); 2 (w)"),
        (4, "0 (w); 1 (w); 2 (w) and 1 more"),
        (9, "0 (w); 1 (w); 2 (w) and 6 more"),
    ],
)
def test_three_are_named(count: int, says: str) -> None:
    assert told([Skipped(str(n), "w") for n in range(count)]) == says
