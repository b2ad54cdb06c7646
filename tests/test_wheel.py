"""What ``make build`` makes: away from the checkout the wheel runs the demo, and the sdist installs the same files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).parent.parent
FLOORS = ("connectors", "sentiment", "warehouse", "reports", "flows")


def ours() -> set[str]:
    """What git would ship, but for what was removed and not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return {name for name in listed if (ROOT / name).exists()}


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """dist/ as ``make build`` leaves it, built in a copy: setuptools leaves build/ and egg-info beside the sources."""
    source, made = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in ours():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name, follow_symlinks=False)
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(made), str(source)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return made


def installed(file, home):
    """A new environment with ``file`` installed in it, without the checkout; gives its folder of packages.

    The locked packages are lent from this environment by path (an editable install's own .pth is not followed there).
    """
    venv.create(home, with_pip=False)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run(
        [
            sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation",
            "--target", str(site), str(file),
        ],
        check=True,
    )  # fmt: skip
    return site


def content(site):
    """Every file that the package put there."""
    compiled = (file for file in (site / "earful").rglob("*") if file.is_file() and file.suffix != ".pyc")
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in compiled}


def test_the_wheel_runs_the_demo_away_from_the_checkout(dist, tmp_path):
    (wheel,) = dist.glob("*.whl")
    # One name, and every file of the floors: a module or a template that is not named would be missed at night.
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    floors = {f"earful/{name}" for name in ours() if name.split("/")[0] in FLOORS}
    assert inside == floors | {"earful/__init__.py", "earful/py.typed"}

    site = installed(wheel, tmp_path / "venv")
    away = tmp_path / "away"
    away.mkdir()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "EARFUL", "PYTHON"))}
    ran = subprocess.run(
        [str(tmp_path / "venv" / "bin" / "python"), "-c", "import earful.flows.cli.main, sys; print(earful.flows.cli.main.__file__, file=sys.stderr); earful.flows.cli.main.main()", "demo", "--json"],
        cwd=away, env=env, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert str(site) in ran.stderr.splitlines()[0]
    said = json.loads(ran.stdout)
    assert Path(said["published"]).is_file()
    assert said["ok"]
    assert sum(b["new"] for b in said["brought"]) > 5000


def test_the_sdist_installs_what_the_wheel_installs_under_one_name(dist, tmp_path):
    (wheel,), (sdist,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        members = archive.getmembers()
    top = sdist.name.removesuffix(".tar.gz")
    assert {m.name.split("/")[0] for m in members} == {top}
    # No links: where a system makes none, they would be small text files. And no floor twice.
    assert all(m.isfile() or m.isdir() for m in members), [m.name for m in members if not (m.isfile() or m.isdir())]
    assert not {m.name.split("/")[1] for m in members if "/" in m.name} & {*FLOORS, "tests", "benchmarks"}
    python = [m.name for m in members if m.name.endswith(".py")]
    assert len(python) == len(set(python)) > 100

    site = installed(sdist, tmp_path / "from-sdist")
    added = {entry.name for entry in site.iterdir()} - {"lent.pth", "bin"}
    assert {name for name in added if not name.endswith(".dist-info")} == {"earful"}
    assert content(site) == content(installed(wheel, tmp_path / "from-wheel"))
    assert len(content(site)) > 200
