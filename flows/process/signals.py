"""SIGINT, SIGTERM and SIGHUP of a command: one line, exit code 130, 143 or 129, within five seconds, at any moment.

The first signal silences the process (what libraries say of an interrupted call helps nobody) and raises ``Stopped``
in the main thread, so that a run is noted as stopped and temporary files go. The main thread may be unable to
follow: inside a library, or waiting for threads that wait for a service. So a second thread ends the process after
GRACE seconds whatever the main thread does. That loses nothing: the store is made to be killed anywhere
(``python -m benchmarks.crash``). Further signals change nothing.

Standard library alone: this is imported before everything else, and importing Prefect takes seconds.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

#: Seconds that the main thread has to end in order.
GRACE = 2.5
#: Seconds that the end itself may take: children, files, the line.
LAST = 1.0
#: What store and Prefect say of a run that a signal has ended.
STOPPED = "stopped"
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


class Stopped(KeyboardInterrupt):
    """Raised in the main thread by the first signal."""


class _Command:
    """What this process knows of its own end."""

    def __init__(self, *, json_wanted: bool) -> None:
        self.json_wanted = json_wanted
        self.said = "stopped; nothing was lost, run it again"
        self.signal: int | None = None
        self.finished = False  # the command is through: signals change nothing any more
        self.raised = False  # in the main thread
        self.held = 0  # how many blocks of held() the main thread is in
        self.children: set[int] = set()
        self.cleanups: list[Callable[[], None]] = []
        self.lock = threading.RLock()  # a handler may interrupt its own thread
        self.ending = threading.Lock()
        self.out, self.err = _copy(1), _copy(2)

    def begin(self, number: int) -> None:
        """Note the first signal and silence the process; what it prints from now on goes nowhere."""
        with self.lock:
            if self.signal is not None or self.finished:
                return
            self.signal = number
            with suppress(OSError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 1)
                os.dup2(nowhere, 2)
                os.close(nowhere)

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """Python calls this in the main thread, between two of its steps."""
        self.begin(number)
        self.tell_main_thread()

    def tell_main_thread(self) -> None:
        """Raise Stopped, once, where a signal has come and nothing forbids it."""
        if self.signal is not None and not (self.finished or self.raised or self.held):
            self.raised = True
            raise Stopped

    def watch(self, wakes: int) -> None:
        """The second thread. Python writes a signal's number to the pipe at once, whatever the main thread does."""
        while self.signal is None:
            for number in os.read(wakes, 64):
                if number in CODES:
                    self.begin(number)
        time.sleep(GRACE)
        if not self.finished:
            self.end()

    def end(self) -> NoReturn:
        """Children, files, the line, the exit code; the first thread that comes here does it."""
        if not self.ending.acquire(timeout=LAST):
            os._exit(self.code)  # the other thread is at it and hangs, on a file system that does not answer
        threading.Thread(target=self._end_hard, daemon=True).start()
        self._kill_children()
        for each in reversed(self.cleanups):
            with suppress(OSError):
                each()
        self._say()
        os._exit(self.code)

    def _end_hard(self) -> None:
        time.sleep(LAST)
        self._say()
        os._exit(self.code)

    @property
    def code(self) -> int:
        """The exit code of the signal that came."""
        return CODES[signal.Signals(self.signal or signal.SIGINT)]

    def _kill_children(self) -> None:
        with self.lock:
            children, self.children = self.children, set()
        for child in children:
            with suppress(OSError):
                os.killpg(child, signal.SIGKILL)  # each leads a session of its own
        for child in children:
            with suppress(OSError):
                os.waitpid(child, 0)
            until_gone(child)

    def _say(self) -> None:
        with self.lock:
            said, self.said = self.said, ""
        if not said:
            return
        if self.json_wanted:
            _write(self.out, json.dumps({"ok": False, "error": said, "exit_code": self.code}) + "\n")
        # On a terminal a progress display may have left a line and hidden the cursor.
        clear = "\r\x1b[2K\x1b[?25h" if self.err is not None and os.isatty(self.err) else ""
        _write(self.err, f"{clear}earful: {said}\n")


_command: _Command | None = None


def install(*, json_wanted: bool = False) -> None:
    """Take over the signals of this process; the first line of ``main``. SIGHUP stays ignored under nohup.

    SIGINT is taken over where it was ignored, too: a script that starts us with ``&`` hands that on.
    """
    global _command  # noqa: PLW0603 - signals are the process's, and so is what is known of them
    if _command is not None or threading.current_thread() is not threading.main_thread():
        return
    _command = _Command(json_wanted=json_wanted)
    wakes, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    threading.Thread(target=_command.watch, args=(wakes,), name="signals", daemon=True).start()
    for number in CODES:
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _command.handle)


def stopping() -> bool:
    """Whether a signal has come and this process is on its way out."""
    return _command is not None and _command.signal is not None and not _command.finished


def say(line: str) -> None:
    """What the one line will say, in place of the general words."""
    if _command is not None:
        _command.said = line


@contextmanager
def held() -> Iterator[None]:
    """No ``Stopped`` within, but at the end: for steps that must not be torn apart, as a child started and noted."""
    command = _command
    if command is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    command.held += 1
    try:
        yield
    finally:
        command.held -= 1
        command.tell_main_thread()


def child(process: int) -> None:
    """Note a child that leads its own session: it is killed, with its group, before this process ends by a signal."""
    if _command is not None:
        with _command.lock:
            _command.children.add(process)


def reaped(process: int) -> None:
    """The child has ended: its number may be another's by now."""
    if _command is not None:
        with _command.lock:
            _command.children.discard(process)


def until_gone(group: int, seconds: float = 0.3) -> None:
    """Wait a moment for the rest of a killed process group: it holds locks until it is dead."""
    deadline = time.monotonic() + seconds
    with suppress(OSError):
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(0.01)


def at_end(remove: Callable[[], None]) -> Callable[[], None]:
    """Call ``remove`` before this process ends by a signal, from any thread; what it raises as OSError is ignored.

    Gives a function that forgets it again.
    """
    command = _command
    if command is None:
        return lambda: None
    command.cleanups.append(remove)

    def forget() -> None:
        with suppress(ValueError):
            command.cleanups.remove(remove)

    return forget


def patience(seconds: float) -> float:
    """How long to wait for something: as long as given, or a moment where a signal has come."""
    return min(seconds, 1.0) if stopping() else seconds


def end() -> None:
    """End this process now, where a signal has come; return where none has."""
    if stopping():
        assert _command is not None
        _command.end()


def leave(code: int) -> NoReturn:
    """End this process with the command's exit code, or the signal's where one came before the command was through.

    Threads that never end are not waited for, as the interpreter would: one may hang on a service that does not answer.
    """
    if _command is not None:
        _command.held += 1  # from here on the second thread alone acts on a signal
    end()
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no other way to have them and not wait for threads
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # its reader has gone, or it is closed
            stream.flush()
    end()
    if _command is not None:
        _command.finished = True
    os._exit(code)


def _copy(descriptor: int) -> int | None:
    try:
        return os.dup(descriptor)
    except OSError:
        return None  # closed by who started us


def _write(descriptor: int | None, text: str) -> None:
    """Write where that does not block: nobody may be reading the pipe."""
    if descriptor is None:
        return
    with suppress(OSError, ValueError):
        if select.select([], [descriptor], [], 0.2)[1]:
            os.write(descriptor, text.encode())
