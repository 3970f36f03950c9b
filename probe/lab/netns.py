"""Network namespaces: making them, entering them, and opening sockets inside them.

A namespace is named after the AWS object it stands for (an interface's id, a VPC's id for its router),
and lives in ``/run/netns`` of the lab's own mount namespace, where ``ip -n NAME`` finds it too.
Entering is per thread: Linux keeps a network namespace for each thread, so that one process can hold
sockets in many.  A child process starts in the namespace of the thread that starts it.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = Path("/run/netns")
_CLONE_NEWNET = 0x40000000
_MS_BIND = 0x1000
_MNT_DETACH = 2
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP, _IFREQ = 0x8913, 0x8914, 1, "16sH22x"
_libc = ctypes.CDLL(None, use_errno=True)


class CommandError(RuntimeError):
    """``ip`` or ``nft`` refused what it was given: a fault of the lab, with the tool's own words."""


def create(name: str) -> None:
    """Make a namespace with its loopback up; one that exists is left as it is."""
    path = ROOT / name
    if path.exists():
        return
    ROOT.mkdir(parents=True, exist_ok=True)
    path.touch()
    in_new_thread(lambda: _bind_new(path))
    raise_link(name, "lo")


def delete(name: str) -> None:
    """Take a namespace's name away; the kernel destroys it when nothing uses it any more."""
    path = ROOT / name
    if path.exists():
        _libc.umount2(os.fsencode(path), _MNT_DETACH)
        path.unlink()


def names() -> frozenset[str]:
    """The namespaces that exist."""
    return frozenset(path.name for path in ROOT.iterdir()) if ROOT.exists() else frozenset()


@contextmanager
def in_namespace(name: str) -> Iterator[None]:
    """Put the current thread into a namespace and, at the end, back where it came from.

    Raises FileNotFoundError when there is no such namespace.
    """
    before = os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        _enter(name)
        yield
    finally:
        _setns(before)
        os.close(before)


def in_new_thread(work: Callable[[], None]) -> None:
    """Run something in a thread of its own and wait: whatever it enters dies with the thread."""
    errors: list[OSError] = []

    def guarded() -> None:
        try:
            work()
        except OSError as error:
            errors.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    thread.join()
    for error in errors:
        raise error


def raise_link(name: str, device: str) -> None:
    """Set a device of a namespace up (netdevice(7)): a process for each would take as long as the rest."""
    with in_namespace(name), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_:
        asked = struct.pack(_IFREQ, device.encode(), 0)
        flags = struct.unpack(_IFREQ, fcntl.ioctl(any_, _SIOCGIFFLAGS, asked))[1]
        fcntl.ioctl(any_, _SIOCSIFFLAGS, struct.pack(_IFREQ, device.encode(), flags | _IFF_UP))


def ip(name: str, lines: Iterable[str]) -> None:
    """Run ``ip`` command lines (without the word ``ip``) in a namespace, stopping at the first refusal."""
    _feed(name, ["ip", "-batch", "-"], "\n".join(lines))


def nft(name: str, text: str) -> None:
    """Load a ruleset into a namespace, all of it or nothing."""
    _feed(name, ["nft", "-f", "-"], text)


def sysctl(name: str, settings: Iterable[tuple[str, str]]) -> None:
    """Write kernel settings below ``net/`` (``ipv4/ip_forward``) in a namespace."""
    with in_namespace(name):
        for key, value in settings:
            Path("/proc/sys/net", key).write_text(value, encoding="ascii")


def listen(name: str, address: str, port: int, proto: Literal["tcp", "udp"] = "tcp") -> socket.socket:
    """A bound (and for TCP listening) IPv4 socket in a namespace; any thread may use it afterwards.

    ``address`` need not exist there yet.  Raises OSError when it is taken.
    """
    kind = socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM
    with in_namespace(name):
        bound = socket.socket(socket.AF_INET, kind)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.IPPROTO_IP, _IP_FREEBIND, 1)
    bound.bind((address, port))
    if proto == "tcp":
        bound.listen(128)
    return bound


def connect(name: str, address: str, port: int, timeout: float) -> socket.socket:
    """A TCP connection from inside a namespace.  ``timeout`` in seconds; raises OSError as connect does."""
    with in_namespace(name):
        return socket.create_connection((address, port), timeout)


_IP_FREEBIND = 15


def _bind_new(path: Path) -> None:
    _check(_libc.unshare(_CLONE_NEWNET), "make a network namespace")
    mine = f"/proc/self/task/{threading.get_native_id()}/ns/net"
    _check(_libc.mount(os.fsencode(mine), os.fsencode(path), None, _MS_BIND, None), f"name it {path.name}")


def _enter(name: str) -> None:
    target = os.open(ROOT / name, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _setns(target)
    finally:
        os.close(target)


def _setns(descriptor: int) -> None:
    _check(_libc.setns(descriptor, _CLONE_NEWNET), "enter a network namespace")


def _check(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"cannot {what}: {os.strerror(number)}")


def _feed(name: str, command: list[str], text: str) -> None:
    with in_namespace(name):
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        msg = f"{command[0]} refused the rules of {name}: {done.stderr.strip()}"
        raise CommandError(msg)
