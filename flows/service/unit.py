"""The systemd unit, its environment file and the cron line, as text."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

#: What every unit says. Not MemoryDenyWriteExecute: compiled scoring and the charts' engine make code while they run.
_HARDENED = (
    "NoNewPrivileges=yes",
    "LockPersonality=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
    "SystemCallArchitectures=native",
)
#: What a user's own systemd may be unable to do: it needs name spaces.
_HARDENED_SYSTEM = (
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "ProtectSystem=strict",
    "ProtectHome=read-only",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "CapabilityBoundingSet=",
)
_RULES = (
    "# Secrets of the service: NAME=value, a line each, as systemd reads them (no export, no $). For you alone (0600).",
    "# After a change: systemctl {scope}restart {name}",
)


@dataclass(frozen=True, slots=True)
class Service:
    """What is installed. ``command``: the earful of this environment; ``user``: of a system unit, None: the user's own.

    ``writes``: the folders that a night writes.
    """

    name: str
    command: Path
    config: Path
    environment: Path
    port: int
    writes: tuple[Path, ...]
    user: str | None = None

    @property
    def scope(self) -> str:
        """What systemctl wants to be told, with a blank."""
        return "" if self.user else "--user "

    @property
    def mark(self) -> str:
        """What the unit of this configuration has, and no other."""
        return f"--config {_quoted(self.config)}\n"

    def unit(self) -> str:
        """The unit file."""
        root = self.config.parent
        start = " ".join([_quoted(self.command), "up", "--no-open", "--port", str(self.port), self.mark.strip()])
        service = [
            "Type=exec",
            f"ExecStart={start}",
            f"WorkingDirectory={_escaped(root)}",
            f"EnvironmentFile=-{_escaped(self.environment)}",
            "StandardInput=null",
            "StandardOutput=journal",
            "StandardError=journal",
            f"SyslogIdentifier={self.name}",
            "# It starts its own parts again; this is for itself, a wrong earful.toml that was mended included.",
            "Restart=always",
            "RestartSec=30",
            "# How it ends by SIGTERM.",
            "SuccessExitStatus=143",
            "KillMode=mixed",
            "TimeoutStopSec=30",
            *_HARDENED,
        ]
        after = []
        if self.user:
            after = ["Wants=network-online.target", "After=network-online.target"]
            service[3:3] = [f"User={self.user}"]
            service += [*_HARDENED_SYSTEM, *(f"ReadWritePaths={_quoted(each)}" for each in self.writes)]
        sections = [
            ["[Unit]", f"Description=earful, nightly social sentiment of {_escaped(root)}", *after,
             "StartLimitIntervalSec=0"],
            ["[Service]", *service],
            ["[Install]", f"WantedBy={'multi-user.target' if self.user else 'default.target'}"],
        ]  # fmt: skip
        return "\n\n".join("\n".join(section) for section in sections) + "\n"

    def environment_file(self, names: Iterable[str]) -> str:
        """An environment file to fill in, with a line for each secret that the configuration names."""
        rules = [line.format(scope=self.scope, name=self.name) for line in _RULES]
        return "\n".join([*rules, *(f"#{name}=" for name in sorted(names))]) + "\n"

    def cron_line(self, nightly: str) -> str:
        """One line for `crontab -e`: a night without `earful up`, on a machine without systemd."""
        command = shlex.join([str(self.command), "run", "--config", str(self.config)]).replace("%", r"\%")
        log = shlex.quote(str(self.config.parent / "earful-cron.log")).replace("%", r"\%")
        return f"{nightly} {command} >>{log} 2>&1"


def _escaped(path: Path) -> str:
    """A path as a value of its own: only % means something there."""
    return str(path).replace("%", "%%")


def _quoted(path: Path) -> str:
    """A path as one of several words."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{text}"'
