"""``earful init``: a configuration to start from, and the secret that author pseudonyms are made with."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from earful.flows.config.settings import FILE_NAME, load
from earful.flows.datafolder.folders import make_data_folder, unusable
from earful.flows.datafolder.secret import author_secrets
from earful.flows.errors import Exit, UserError
from earful.flows.process.terminal import Terminal
from earful.warehouse.files.atomic import write_whole

#: Names of tables: one that is not there is a slip, no folder to make.
_TABLE = re.compile(r"\.(csv|tsv|jsonl?|ndjson|xlsx?|parquet)(\.(gz|zst|zip))?$|\.zip$", re.IGNORECASE)


def write_config(what: Path, folder: Path | None, zone: str, *, force: bool) -> int:
    """Write the commented example as ``earful.toml`` into a folder; one that is there is kept unless forced.

    ``what``: the folder. Raises UserError where that looks like a table that is not there, or two folders are named.
    """
    if _TABLE.search(what.name) and not what.exists():
        raise UserError(f"{what}: no such file; name a table that is there, or a folder")
    if folder is not None and what != Path():
        raise UserError(f"{what}: is no file, so it names the folder, and --folder {folder} another; keep one of them")
    if zone != "UTC":
        raise UserError("--time-zone goes with a table; without one, write time_zone into earful.toml")
    target = target_in(folder or what, force=force)
    write(target, example())
    out = Terminal(highlight=False, soft_wrap=True)
    out.print(f"wrote {target}", markup=False)
    out.print("next: name your products in it, then `earful check`, then `earful run`", markup=False)
    return Exit.OK


def target_in(folder: Path, *, force: bool) -> Path:
    """A folder's ``earful.toml``. Raises UserError where one is there, unless it may be overwritten."""
    target = folder / FILE_NAME
    if target.exists() and not force:
        raise UserError(f"{target}: is there already; edit it, or overwrite it with --force")
    return target


def example() -> str:
    """The commented configuration that ships."""
    return files("earful.flows").joinpath("example.toml").read_text("utf-8")


def write(target: Path, text: str) -> None:
    """Write a configuration, and make the folder and the secret that it needs."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, text)
    except OSError as error:
        raise unusable(target, error, "or name another folder") from None
    settings = load(target)
    make_data_folder(settings)
    author_secrets(settings.data)
