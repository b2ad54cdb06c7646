"""``earful init``: a configuration to start from, and the secret that author pseudonyms are made with."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from earful.flows.config.settings import FILE_NAME, load
from earful.flows.datafolder.folders import make_data_folder, unusable
from earful.flows.datafolder.secret import author_secrets
from earful.flows.errors import Exit, UserError
from earful.flows.process.terminal import Terminal
from earful.warehouse.files.atomic import write_whole


def write_config(folder: Path, *, force: bool) -> int:
    """Write the commented example as ``folder/earful.toml``; an existing one is kept unless forced."""
    target = folder / FILE_NAME
    if target.exists() and not force:
        raise UserError(f"{target}: is there already; edit it, or overwrite it with --force")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(target, files("earful.flows").joinpath("example.toml").read_text("utf-8"))
    except OSError as error:
        raise unusable(target, error, "or name another folder") from None
    settings = load(target)
    make_data_folder(settings)
    author_secrets(settings.data)
    out = Terminal(highlight=False, soft_wrap=True)
    out.print(f"wrote {target}", markup=False)
    out.print("next: name your products in it, then `earful check`, then `earful run`", markup=False)
    return Exit.OK
