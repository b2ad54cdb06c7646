"""A built wheel, away from the checkout, runs the demo."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
FLOORS = ("connectors", "sentiment", "warehouse", "reports", "flows")


def test_the_wheel_runs_the_demo_away_from_the_checkout(tmp_path):
    source = tmp_path / "source"
    # Built from a copy of what git would ship: setuptools leaves build/ and egg-info beside the sources.
    source.mkdir()
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in files:
        if (ROOT / name).exists() and not name.startswith("tests/"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name, follow_symlinks=False)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(source)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    # One name, and every file of the floors: a module or a template that is not named would be missed at night.
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    ours = {f"earful/{n}" for n in files if n.split("/")[0] in FLOORS and (ROOT / n).exists()}
    assert inside == ours | {"earful/__init__.py", "earful/py.typed"}

    # An environment of its own with the locked packages and without the checkout: the packages are lent from this one
    # by path (an editable install's own .pth is not followed there), the wheel is installed for real.
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--target",
            str(site),
            str(wheel),
        ],
        check=True,
    )
    away = tmp_path / "away"
    away.mkdir()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "EARFUL", "PYTHON"))}
    ran = subprocess.run(
        [str(home / "bin" / "python"), "-c", "import earful.flows.cli.main, sys; print(earful.flows.cli.main.__file__, file=sys.stderr); earful.flows.cli.main.main()", "demo", "--json"],
        cwd=away, env=env, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert str(site) in ran.stderr.splitlines()[0]
    said = json.loads(ran.stdout)
    assert Path(said["published"]).is_file()
    assert said["ok"]
    assert sum(b["new"] for b in said["brought"]) > 5000
