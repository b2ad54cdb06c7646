"""A connector that is broken in one way fails the suite at that point: each point in turn, on what `connector new` writes."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from earful.connectors.skeleton.write import write_package
from earful.connectors.testing import Nonconformant, Point, points

ASK = 'return answer_from(self._web.get(self._options.base_url.rstrip("/") + "/posts", params, tries=tries))'
FETCHED = 'response = httpx.get(self._options.base_url + "/posts", params=params, timeout=5)'
HELD = "held = [post for post in posts if window.holds(post.created_at, post.edited_at)]"
BODY = 'body = mapping(json_body("forum", response))'
STALE = "if number > 1 and answer.found and not ids - seen:"


def fetched(*then: str) -> tuple[str, str]:
    """Asks by itself instead of through Web, and does so with the answer."""
    return ASK, "\n        ".join([FETCHED, *then, "return answer_from(response)"])


def in_list(*lines: str) -> str:
    return "\n            ".join(lines)


#: Point -> what is replaced in the connector, by what.
BROKEN: dict[str, tuple[str, str]] = {
    "facts": ('    reads: ClassVar[Reads] = "id"\n', ""),
    "checks": ("return Health(True,", "return Health(False,"),
    "posts": ("yield page(held, rejected, gone)", "yield page([], rejected, gone)"),
    "halves": (HELD, "held = [post for post in posts if window.start < post.created_at < window.end]"),
    "again": ("seen: set[str] = set()", 'seen: set[str] = self.__dict__.setdefault("_seen", set())'),
    "slugs": ("product=product.slug", 'product="acme"'),
    "shared": ("one_by_one(asked, self._pages)", "one_by_one(asked[:1], self._pages)"),
    "links": (
        '    reads: ClassVar[Reads] = "id"\n',
        '    reads: ClassVar[Reads] = "id"\n    links: ClassVar[tuple[str, ...]] = ("https://forum.example/acme",)\n',
    ),
    "paging": ("if not answer.cursor:", "if number == 2 or not answer.cursor:"),
    "bounds": (HELD, "held = posts"),
    "cap": ("return ListingReach(back.at or window.end, True, limit)", "return ListingReach(window.start)"),
    "old_date": ("back.page(changes)", "back.at = min(changes, default=None)"),
    "endless_cursor": (
        "            cursor = answer.cursor",
        in_list("", "if not answer.found:", "    return ListingReach(window.start)", "cursor = answer.cursor"),
    ),
    "same_page": (STALE, "if not number:"),
    "edit": ("edited_at=edited if edited is not None and edited > created else None", "edited_at=None"),
    "deletion": ("yield page(held, rejected, gone)", "yield page(held, rejected)"),
    "refused": ('raise Skippable("a post", "no id")', "return None"),
    "duplicates": (STALE, "if number > 1 and ids & seen:"),
    "nothing": ("            seen |= ids", in_list("", "seen |= ids", "posts = [answer.found[0]]")),
    "waits_seconds": fetched("if response.status_code == 429:", '    raise Retriable("busy")'),
    "waits_date": fetched(
        "if response.status_code == 429:",
        '    said = response.headers.get("retry-after", "")',
        '    raise Retriable("busy", retry_after=float(said) if said.isdigit() else None)',
    ),
    "waits_unsaid": fetched("if response.status_code == 429:", "    " + FETCHED),
    "waits_absurd": fetched(
        "if response.status_code == 429:",
        '    raise Retriable("busy", retry_after=float(response.headers.get("retry-after", 1)))',
    ),
    "busy_for_ever": fetched(),  # 429 is read as any other 4xx: Fatal
    "server_errors": fetched("if response.status_code >= 500:", '    raise PullError("broken")'),
    "html": (BODY, 'body = response.json() if response.content.startswith(b"{") else {"posts": []}'),
    "other_words": ('if not isinstance(body.get("posts"), list):', "if not body:"),
    "cut_body": fetched(),
    "no_answer": fetched(),
    "broken_midway": (
        "            answer = self._ask(listed, cursor)",
        in_list(
            "",
            "try:",
            "    answer = self._ask(listed, cursor)",
            "except PullError:",
            "    if not cursor:",
            "        raise",
            "    return ListingReach(window.start)",
        ),
    ),
    "check_of_a_broken_service": ('self._ask(listed[0], "", tries=1)', 'self._ask(listed[0], "")'),
    "secrets": (BODY, f"if response.status_code != 200:\n        raise Retriable(response.text[:200])\n    {BODY}"),
}  # fmt: skip


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "forum"
    write_package("forum", folder)
    return folder


def suite(package: Path, monkeypatch: pytest.MonkeyPatch, old: str = "", new: str = "") -> dict[str, Point]:
    """The points of the package's own test, for its connector with one part replaced."""
    source = (package / "earful_forum" / "connector.py").read_text("utf-8")
    assert not old or source.count(old) == 1, old
    made = {}
    for name, text in (
        ("earful_forum", ""),
        ("earful_forum.connector", source.replace(old, new) if old else source),
        ("earful_forum_test", (package / "tests" / "test_connector.py").read_text("utf-8")),
    ):
        module: Any = ModuleType(name)
        module.__file__ = str(package / "tests" / "test_connector.py")
        monkeypatch.setitem(sys.modules, name, module)
        exec(compile(text, name, "exec"), module.__dict__)
        made[name] = module
    return {str(point): point for point in points(made["earful_forum_test"].Service())}


def test_every_point_is_broken_once(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(BROKEN) == list(suite(package, monkeypatch))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_connector_fails_at_its_point(package: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    suite(package, monkeypatch)[name].run()
    with pytest.raises(Nonconformant):
        suite(package, monkeypatch, *BROKEN[name])[name].run()
