"""An outsider's connector from nothing to a landed post: written by the command, filled in for a recorded service (a
Discourse forum), tested by its own tests, installed by pip, named in earful.toml, pulled by a real night."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from outsiders import package
from recordings import recording
from replay import Request, Response, answer, serve

from earful.flows.cli.main import call
from earful.warehouse import query

#: What an author changes in the connector: old -> new, by file.
FILLED_IN = {
    "earful_forum/connector.py": {
        'params = {"product": listed, "limit": PER_PAGE, **({"cursor": cursor} if cursor else {})}': (
            'params = {"before": cursor} if cursor else {}'
        ),
        '.rstrip("/") + "/posts", params': '.rstrip("/") + "/posts.json", params',
        'if not isinstance(body.get("posts"), list):': 'if not isinstance(body.get("latest_posts"), list):',
        'return Answer(not_flooded("forum", items(body["posts"]), PER_PAGE), text(body.get("next")))': (
            'found = not_flooded("forum", items(body["latest_posts"]), PER_PAGE)\n'
            '    return Answer(found, identity(mapping(found[-1]).get("id")) if found else "")'
        ),
        'mapping(item).get("deleted") is True]': 'mapping(item).get("deleted_at")]',
        'if fields.get("deleted") is True:': 'if fields.get("deleted_at"):',
        'fields.get("edited_at")': 'fields.get("updated_at")',
        'fields.get("user")': 'fields.get("username")',
        'fields.get("title")': 'fields.get("topic_title")',
        'fields.get("body")': 'fields.get("raw")',
    },
    "tests/test_connector.py": {
        "    product = PRODUCT\n": "    product = PRODUCT\n    leads: dict[str, int] = {}\n",
        "        edited = post.edited.isoformat() if post.edited else None\n": (
            "        edited = (post.edited or post.created).isoformat()\n"
        ),
        '{"user": post.author, "title": post.title, "body": post.text}': (
            '{"username": post.author, "topic_title": post.title, "raw": post.text}'
        ),
        '"edited_at": edited, **said}': '"updated_at": edited, **said}',
        'return {"id": post.id, "deleted": True}': 'return {"id": post.id, "deleted_at": post.created.isoformat()}',
        '        return {"posts": list(items), "next": "" if following is None else f"page-{following}"}': (
            '        for item in items[-1:]:\n'
            '            self.leads[str(item["id"])] = 99 if following is None else following\n'
            '        return {"latest_posts": list(items)}'
        ),
        'return int(request.query.get("cursor", "page-0").removeprefix("page-"))': (
            'return self.leads.get(request.query.get("before", ""), 0)'
        ),
        "serve(lambda _: answer(PAYLOAD))": (
            'serve(lambda asked: answer({"latest_posts": []} if asked.query else PAYLOAD))'
        ),
        "datetime(2026, 1, 1": "datetime(2020, 1, 1",
        "datetime(2026, 2, 1": "datetime(2020, 2, 1",
        '["103", "101"]': '["15", "14", "10", "2"]',
        '["102"]': "[]",
    },
}  # fmt: skip


def clean_environment(site: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "EARFUL", "PYTHON", "PYTEST"))}
    return kept | {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}


def done(*command: str, cwd: Path, site: Path) -> subprocess.CompletedProcess[str]:
    env = clean_environment(site)
    given = [sys.executable, *command]
    return subprocess.run(given, cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """The package, filled in, and the posts of its recorded payload."""
    payload = json.loads(recording("discourse/posts_latest.json").read_text("utf-8"))
    folder = tmp_path_factory.mktemp("outsider") / "earful-forum"
    assert call(["connector", "new", "forum", "--folder", str(folder)]) == 0
    for name, changes in FILLED_IN.items():
        text = (folder / name).read_text("utf-8")
        for old, new in changes.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (folder / name).write_text(text, "utf-8")
    (folder / "tests" / "payload.json").write_text(json.dumps(payload), "utf-8")
    return folder, payload["latest_posts"]


@pytest.mark.process
def test_it_passes_its_own_tests(written: tuple[Path, list[dict[str, Any]]]) -> None:
    ran = done("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=written[0], site=written[0])
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert "33 passed" in ran.stdout


@pytest.mark.process
def test_it_is_installed_and_its_posts_land(written: tuple[Path, list[dict[str, Any]]], tmp_path: Path) -> None:
    folder, posts = written
    site = tmp_path / "site"
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target"]
    installed = done(*install, str(site), str(folder), cwd=tmp_path, site=site)
    assert installed.returncode == 0, installed.stderr[-2000:]
    # Beside it one that cannot even be imported: its channel fails, in one line.
    package(site, "archive", {"dusty": "Quiet"}, "import nowhere_at_all")
    # And one that took a name of ours: ours is used, and that is said.
    package(site, "library", {"sample": "Quiet"})

    def forum(request: Request) -> Response:
        before = int(request.query.get("before", 10**9))
        return answer({"latest_posts": [post for post in posts if post["id"] < before]})

    with serve(forum) as server:
        (tmp_path / "earful.toml").write_text(f"""
            [[products]]
            slug = "acme"
            name = "Acme"
            ids = {{ forum = "acme" }}
            [[channels]]
            name = "own-forum"
            connector = "forum"
            base_url = "{server.url}"
            spacing = 0
            start = 2020-01-01
            end = 2020-01-31
            [[channels]]
            name = "dusty"
            connector = "dusty"
            [[channels]]
            name = "made-up"
            connector = "sample"
            days = 2
        """)
        main = "from earful.flows.cli.main import main; main()"
        ran = done("-c", main, "run", "--json", cwd=tmp_path, site=site)
    assert ran.returncode == 3, ran.stderr[-2000:]
    assert "Traceback" not in ran.stderr
    summary = json.loads(ran.stdout)
    brought = {each["channel"]: each for each in summary["brought"]}
    (note,) = summary["notes"]
    assert note.startswith("connector 'sample' is earful's own; the one of package library 1.0 is not used")
    assert brought["made-up"]["new"] > 0
    assert brought["own-forum"]["new"] == len(posts) == 4
    assert brought["own-forum"]["status"] == "ok"
    assert not brought["own-forum"]["capped"]
    assert brought["dusty"]["error"] == (
        "connector 'dusty' of package archive 1.0 cannot be imported (there is no module nowhere_at_all); "
        "mend or uninstall it"
    )
    landed = query(
        tmp_path / "earful-data" / "earful.duckdb",
        "select source, post_id from posts where channel = 'own-forum' order by 2",
    ).rows
    assert list(landed) == sorted(("forum", str(post["id"])) for post in posts)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("1st", "'1st' is no name for a connector; allowed: a-z, 0-9 and _, a letter first"),
        ("Forum", "is no name for a connector"),
        ("a-b", "is no name for a connector"),
        ("class", "is no name for a connector"),
        ("match", "is no name for a connector"),
        ("../x", "is no name for a connector"),
        ("steam", "there is a connector 'steam' already (it is earful's own); choose another name"),
    ],
)
def test_a_name_that_cannot_be_is_refused(home: Path, capsys: pytest.CaptureFixture[str], name: str, says: str) -> None:
    assert call(["connector", "new", name]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert list(home.iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["connector", "new", "forum", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["ok"]
    assert said["folder"] == "earful-forum"
    assert sorted(said["files"]) == sorted(
        str(p.relative_to("earful-forum")) for p in Path("earful-forum").rglob("*") if p.is_file()
    )
    (home / "earful-forum" / "mine").write_text("kept")
    assert call(["connector", "new", "forum"]) == 2
    assert "earful-forum is there already; name a new folder with --folder" in capsys.readouterr().err
    assert (home / "earful-forum" / "mine").read_text() == "kept"
    (home / "file").touch()
    assert call(["connector", "new", "forum", "--folder", "file/inside"]) == 2
    assert "file/inside: Not a directory; name another folder" in capsys.readouterr().err
