"""Install, look at and remove the service; what systemd is asked, and what is said where there is none."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path

from earful.flows.config.settings import Settings
from earful.flows.errors import Exit, UserError
from earful.flows.server.child_environment import named_secrets
from earful.flows.service.unit import Service
from earful.warehouse.files.atomic import write_whole

SYSTEM_UNITS = Path("/etc/systemd/system")
ENVIRONMENT = "earful.env"
#: systemd answers at once, or starts something. Seconds.
_ASK = 60


def service_of(settings: Settings, name: str, port: int, user: str | None) -> Service:
    """The service of a configuration. Raises UserError for what a unit file cannot hold."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}", name):
        raise UserError(f"--name {name!r}: letters, digits, - _ and . only")
    config = settings.file.resolve()
    if any(ord(letter) < 32 for letter in str(config)):
        raise UserError(f"{str(config)!a}: a path with control characters cannot be in a unit file; move it")
    writes = (settings.data.resolve(), *([settings.backups.resolve()] if settings.backup.keep else []))
    return Service(name, _command(), config, config.parent / ENVIRONMENT, port, writes, user)


def unit_file(service: Service) -> Path:
    """Where its unit lies."""
    base = SYSTEM_UNITS if service.user else _user_units()
    return base / f"{service.name}.service"


def installed(settings: Settings) -> list[Path]:
    """Units, the user's and the system's, that start this configuration."""
    wanted = service_of(settings, "earful", 4200, None).mark
    found = []
    for base in (_user_units(), SYSTEM_UNITS):
        for file in sorted(base.glob("*.service")) if base.is_dir() else ():
            try:
                text = file.read_text("utf-8", "replace")
            except OSError:
                continue  # another's, or a link to nowhere
            if wanted in text:
                found.append(file)
    return found


def install(settings: Settings, service: Service) -> list[str]:
    """Write unit and environment file; gives the paths as lines. Raises UserError."""
    if service.user:
        _require_user(service)
    unit = unit_file(service)
    if unit.exists() and service.mark not in unit.read_text("utf-8", "replace"):
        raise UserError(f"{unit}: is of another folder; choose another --name")
    try:
        unit.parent.mkdir(parents=True, exist_ok=True)
        write_whole(unit, service.unit(), mode=0o644)
        if not service.environment.exists():
            write_whole(service.environment, service.environment_file(named_secrets(settings)), mode=0o600)
        elif service.environment.stat().st_mode & 0o077:
            service.environment.chmod(0o600)
        if service.user:
            shutil.chown(service.environment, service.user)
    except OSError as error:
        raise UserError(
            f"{error.filename or unit}: cannot be written ({error.strerror}); --system needs root"
        ) from None
    return [f"unit        {unit}", f"secrets     {service.environment} (for you to fill in)"]


def start(service: Service) -> list[str]:
    """Have systemd start it, now and at boot. Raises UserError (UNREADY) where it does not."""
    if not running_systemd():
        raise UserError("no systemd runs here; the unit is written and starts nothing: see the cron line", Exit.UNREADY)
    scope = service.scope.split()
    _systemctl(*scope, "daemon-reload")
    _systemctl(*scope, "enable", "--now", f"{service.name}.service")
    if service.user:
        return ["started, and at each boot"]
    linger = subprocess.run(["loginctl", "enable-linger"], capture_output=True, text=True, timeout=_ASK, check=False)  # noqa: S607
    if linger.returncode:
        said = " ".join(linger.stderr.split())
        name = pwd.getpwuid(os.getuid()).pw_name
        return [
            f"started; it ends when you log out and does not start at boot ({said})",
            f"have an administrator do `loginctl enable-linger {name}`",
        ]
    return ["started, and at each boot, logged in or not"]


def state(service: Service) -> tuple[bool, list[str]]:
    """Whether it is installed and, where systemd runs, active; and lines that say so."""
    unit = unit_file(service)
    if not unit.exists():
        return False, [f"not installed ({unit} is not there): `earful service install`"]
    lines = [f"unit        {unit}"]
    if unit.read_text("utf-8", "replace") != service.unit():
        lines.append("            is not what this earful would write: `earful service install` writes it anew")
    if not running_systemd():
        return False, [*lines, "no systemd runs here, so nothing starts it"]
    asked = _ask_systemctl(*service.scope.split(), "is-active", f"{service.name}.service")
    said = asked.stdout.strip() or " ".join(asked.stderr.split())
    return asked.returncode == 0, [*lines, f"systemd     {said}"]


def uninstall(settings: Settings, service: Service) -> list[str]:
    """Stop it and remove what `install` wrote; a filled-in environment file stays, and is named."""
    unit, lines = unit_file(service), []
    if unit.exists():
        if running_systemd():
            _ask_systemctl(*service.scope.split(), "disable", "--now", f"{service.name}.service")
        try:
            unit.unlink()
        except OSError as error:
            raise UserError(f"{unit}: cannot be removed ({error.strerror}); --system needs root") from None
        if running_systemd():
            _ask_systemctl(*service.scope.split(), "daemon-reload")
        lines.append(f"removed     {unit}")
    file = service.environment
    if file.exists():
        if file.read_text("utf-8", "replace") == service.environment_file(named_secrets(settings)):
            file.unlink()
            lines.append(f"removed     {file}")
        else:
            lines.append(f"left        {file}, which you have filled in")
    return lines or ["nothing was installed"]


def running_systemd() -> bool:
    """Whether systemd manages this machine, as sd_booted(3) has it."""
    return Path("/run/systemd/system").is_dir() and shutil.which("systemctl") is not None


def _user_units() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _command() -> Path:
    """The console script beside this interpreter."""
    script = Path(sys.executable).parent / "earful"
    if not script.exists():
        raise UserError(f"{script}: is not there, so a service could not start it; install earful with pip")
    return script


def _require_user(service: Service) -> None:
    assert service.user is not None
    try:
        pwd.getpwnam(service.user)
    except KeyError:
        folder = service.config.parent
        raise UserError(
            f"no user {service.user} here: useradd --system --no-create-home --shell /usr/sbin/nologin {service.user} "
            f"&& chown -R {service.user} {folder}"
        ) from None


def _systemctl(*arguments: str) -> None:
    done = _ask_systemctl(*arguments)
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"code {done.returncode}"
        raise UserError(f"systemctl {' '.join(arguments)}: {said}", Exit.UNREADY)


def _ask_systemctl(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemctl", *arguments], capture_output=True, text=True, timeout=_ASK, check=False)  # noqa: S603, S607
