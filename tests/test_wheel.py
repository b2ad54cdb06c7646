"""A built wheel, away from the checkout, runs the demo."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent


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
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(source)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    (wheel,) = (tmp_path / "dist").glob("*.whl")

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
        [str(home / "bin" / "python"), "-c", "import flows.cli, sys; print(flows.cli.__file__, file=sys.stderr); flows.cli.main()", "demo", "--json"],
        cwd=away, env=env, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert str(site) in ran.stderr.splitlines()[0]
    said = json.loads(ran.stdout)
    assert Path(said["published"]).is_file()
    assert said["ok"]
    assert sum(b["new"] for b in said["brought"]) > 5000
