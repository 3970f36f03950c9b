"""Namespaces of the lab's own, before anything runs in them, so that the kernel cleans up and not our code.

The outer half checks what the machine offers and starts the session under ``unshare``; the inner half, first
thing in there, mounts what must be private.  When the outer one dies, so does everything inside.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

WORKSHOP = Path("/run/lab")
"""The lab's files (certificates, registry, volumes): on a tmpfs nobody else sees."""

_OURS = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
_ORDINARY = ("--user", "--map-root-user")
_PACKAGES = {
    "unshare": "util-linux",
    "ip": "iproute2",
    "nft": "nftables",
    "docker-registry": "docker-registry",
}
_RESOLV_CONF = Path("/etc/resolv.conf")


class StageError(Exception):
    """The machine lacks something; the text says what and the remedy."""


def enter(arguments: list[str]) -> int:
    """Run the session in namespaces of its own and give its exit code.  Raises StageError.

    This process only waits: ``unshare`` blocks SIGTERM while its child lives, so somebody has to pass it on.
    """
    os.environ["PATH"] = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    missing = sorted(package for command, package in _PACKAGES.items() if shutil.which(command) is None)
    if missing:
        raise StageError(f"the lab needs {', '.join(missing)}: run apt-get install {' '.join(missing)}")
    session = [sys.executable, "-m", "probe.lab.session", *arguments]
    signal.signal(signal.SIGINT, _leave_it_to_the_command)
    # The session dies with this process, even of SIGKILL: by pdeathsig first, then by --kill-child.
    started = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "unshare", *_flags(), *session])
    signal.signal(signal.SIGTERM, lambda _number, _frame: _pass_on(started.pid))
    return started.wait()


def prepare() -> None:
    """Inside: a private /run, loopback, and a resolv.conf that names the world's resolver."""
    from probe.lab.compile.devices import WORLD_ADDRESS  # the outer half starts without the compiler

    _run("mount", "-t", "tmpfs", "-o", "mode=755", "lab", "/run")
    _run("ip", "link", "set", "lo", "up")
    WORKSHOP.mkdir()
    ours = WORKSHOP / "resolv.conf"
    ours.write_text(f"nameserver {WORLD_ADDRESS}\n", encoding="ascii")
    theirs = _RESOLV_CONF.resolve()
    if theirs.is_relative_to("/run"):
        theirs.parent.mkdir(parents=True, exist_ok=True)
        theirs.touch()
    _run("mount", "--bind", str(ours), str(theirs))


def _flags() -> tuple[str, ...]:
    """The flags that this machine allows: as root, else as an ordinary user mapped to root."""
    wanted = [_OURS] if os.geteuid() == 0 else []
    for flags in [*wanted, (*_ORDINARY, *_OURS)]:
        tried = subprocess.run(["unshare", *flags, "true"], capture_output=True, text=True, check=False)
        if tried.returncode == 0:
            return flags
    raise StageError(
        f"cannot make namespaces: {tried.stderr.strip()}; allow user namespaces (sysctl -w "
        "user.max_user_namespaces=10000 kernel.apparmor_restrict_unprivileged_userns=0) or run as root"
    )


def _pass_on(unshare: int) -> None:
    for child in Path(f"/proc/{unshare}/task/{unshare}/children").read_text(encoding="ascii").split():
        os.kill(int(child), signal.SIGTERM)


def _leave_it_to_the_command(_number: int, _frame: FrameType | None) -> None:
    """Do nothing; unlike SIG_IGN a handler is not inherited."""


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StageError(f"cannot prepare the lab: {' '.join(command)}: {done.stderr.strip()}")
