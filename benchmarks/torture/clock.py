"""A wall clock that can be set, for one command and all of its children; everybody else's stays.

The C library's clock is put before the real one by ``/etc/ld.so.preload``, in a mount name space of its own in which
``/etc`` is a copy: processes are given few variables by `earful up`, and none that the loader reads. Needs the right to
mount, and a C compiler.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


class Clock:
    """``folder`` holds its files and is on a disk that is not filled."""

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            raise SystemExit("benchmarks.torture needs a C compiler (cc) for the clock that it sets: install gcc")
        folder.mkdir()
        self._moved, self._etc = folder / "moved", folder / "etc"
        self.set(0)
        library = folder / "clock.so"
        source = Path(__file__).with_suffix(".c")
        command = [
            compiler,
            "-shared",
            "-fPIC",
            "-O2",
            f'-DCLOCK_FILE="{self._moved}"',
            "-o",
            str(library),
            str(source),
        ]
        subprocess.run([*command, "-ldl"], check=True)
        shutil.copytree("/etc", self._etc, symlinks=True)
        (self._etc / "ld.so.preload").write_text(f"{library}\n")

    def set(self, seconds: int) -> None:
        """So far from the true time, from now on."""
        whole = self._moved.with_suffix(".new")
        whole.write_text(str(seconds))
        whole.replace(self._moved)

    def command(self, *words: str) -> list[str]:
        """The command with this clock; its process is the one that is started."""
        return ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc && exec "$@"', str(self._etc), *words]
