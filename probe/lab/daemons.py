"""Real name servers, unbound and dnsmasq, each a process in the namespace of its interface.

They keep the user that starts them: where one uid is mapped there is nobody else to become.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from probe.lab import netns
from probe.lab.faults import Software
from probe.lab.resolver import PORT, NameServer
from probe.lab.stage import StageError

_PACKAGES: dict[Software, str] = {"unbound": "unbound", "dnsmasq": "dnsmasq-base"}
_PATIENCE = 5.0
"""Seconds until a server has to listen; each takes a twentieth of one."""

_UNBOUND = """server:
  interface: {address}
  access-control: 0.0.0.0/0 allow
  module-config: "iterator"
  username: ""
  chroot: ""
  pidfile: ""
  directory: "{folder}"
  do-daemonize: no
  use-syslog: no
  do-ip6: no
  num-threads: 1
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: {upstream}
"""


class Daemons:
    """Runs whatever real servers ``apply`` was last given; they die with the lab's process namespace."""

    def __init__(self, workdir: Path) -> None:
        self._workdir = workdir
        self._running: dict[NameServer, subprocess.Popen[bytes]] = {}

    def apply(self, servers: Iterable[NameServer], upstreams: Mapping[str, str]) -> None:
        """Run exactly these; each forwards to its VPC's resolver, by the VPC's id.  Raises StageError."""
        wanted = set(servers)
        for gone in self._running.keys() - wanted:
            ended = self._running.pop(gone)
            ended.terminate()
            ended.wait()
        for new in wanted - self._running.keys():
            self._running[new] = self._started(new, upstreams[new.vpc or ""])

    def _started(self, server: NameServer, upstream: str) -> subprocess.Popen[bytes]:
        folder = self._workdir / server.address
        folder.mkdir(exist_ok=True)
        command = _command(server, upstream, folder)
        with (folder / "log").open("wb") as log, netns.in_namespace(server.namespace):
            # In a session of its own: Ctrl-C must not kill what the command still asks.
            started = subprocess.Popen(
                command, start_new_session=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        _await(server, started, folder / "log")
        return started


def program(software: Software, path: str) -> str:
    """Where the server's program is on a search path.  Raises StageError with the line to type."""
    found = shutil.which(software, path=path)
    if found is None:
        raise StageError(f"the scenario needs a real {software}: run apt-get install {_PACKAGES[software]}")
    return found


def _command(server: NameServer, upstream: str, folder: Path) -> list[str]:
    software = server.software or "unbound"
    found = program(software, os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin")
    if software == "unbound":
        configuration = folder / "unbound.conf"
        text = _UNBOUND.format(address=server.address, folder=folder, upstream=upstream)
        configuration.write_text(text, encoding="ascii")
        return [found, "-d", "-p", "-c", str(configuration)]
    options = ("--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bind-interfaces")
    return [found, *options, f"--listen-address={server.address}", f"--server={upstream}"]


def _await(server: NameServer, started: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until it listens.  Raises StageError, with its own last words, where it never does."""
    deadline = time.monotonic() + _PATIENCE
    while started.poll() is None and time.monotonic() < deadline:
        try:
            netns.connect(server.namespace, server.address, PORT, 0.2).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise StageError(f"{server.software} does not start at {server.address}: {' '.join(words[-1:])}")
