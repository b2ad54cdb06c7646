"""Writes a package with a connector in it, from the templates beside this file."""

from __future__ import annotations

import keyword
import re
from importlib.resources import files
from pathlib import Path
from string import Template

from earful.connectors.registry import is_connector, outsider

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
#: Template -> where it goes in the new package.
_PLACES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "init.py": "$module/__init__.py",
    "connector.py": "$module/connector.py",
    "py.typed": "$module/py.typed",
    "payload.json": "tests/payload.json",
    "test_connector.py": "tests/test_connector.py",
}


class Refused(Exception):
    """No package can be written: one line saying why and what to do."""


def project_of(name: str) -> str:
    """The name of a connector's package, and of its folder: ``earful-acme-forum`` for ``acme_forum``."""
    return f"earful-{name.replace('_', '-')}"


def write_package(name: str, folder: Path) -> list[Path]:
    """Write the package into a new folder; the paths of its files, relative to that.

    Raises Refused for a name that cannot be one and a folder that is there; OSError where it cannot be written.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise Refused(f"{name!r} is no name for a connector; allowed: a-z, 0-9 and _, a letter first, 41 at most")
    if is_connector(name):
        stranger = outsider(name)
        whose = f"package {stranger.package} brings it" if stranger else "it is earful's own"
        raise Refused(f"there is a connector {name!r} already ({whose}); choose another name")
    if folder.exists() or folder.is_symlink():
        raise Refused(f"{folder} is there already; name a new folder with --folder")
    words = {
        "name": name,
        "cls": "".join(part.capitalize() for part in name.split("_")),
        "module": f"earful_{name}",
        "project": project_of(name),
    }
    texts = {
        Path(Template(place).substitute(words)): Template(_text(template)).substitute(words)
        for template, place in _PLACES.items()
    }
    folder.mkdir(parents=True)
    for path, text in texts.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return list(texts)


def _text(template: str) -> str:
    return files("earful.connectors.skeleton").joinpath("templates", f"{template}.tmpl").read_text("utf-8")
