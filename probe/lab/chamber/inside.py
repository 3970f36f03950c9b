"""The inside of a chamber: a private root, its volumes, its PID 1.

A script, run by path in the network namespace wanted: ``python -I -S inside.py PLAN_FD ERROR_FD``.  It
imports nothing of ours, so that it starts in a few milliseconds.  PLAN_FD holds one mapping:
``argv env cwd user root volumes shown files read_only temporary``.  What keeps the container from starting is
written to ERROR_FD, which a successful exec closes.  SIGTERM is passed on to the container, SIGUSR1 kills it.

The root is a tmpfs with the host's directories bound read-only into it; a path that the container must own
(a volume's, ``/tmp``) becomes a directory of that tmpfs, however deep it lies.
"""

# pathlib, json or contextlib would cost this script a third of its start; what marshal writes is for one
# Python, and that is the same at both ends.  The modes and /tmp are those of a container's root.
# ruff: noqa: PTH101, PTH102, PTH112, PTH113, PTH115, PTH118, PTH123, PTH211, S103, S108, S302, S606
from __future__ import annotations

import ctypes
import errno
import fcntl
import marshal
import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    Plan = dict[str, Any]
    Holes = dict[str, "Holes | None"]

MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
CLONE_NEWNS, CLONE_NEWPID = 0x20000, 0x20000000
SYS_MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY = 442, -100, 0x8000, 1
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAPABILITY_VERSION, CAP_DAC_READ_SEARCH = 0x20080522, 2
NOT_FOUND = 127

_libc = ctypes.CDLL(None, use_errno=True)


def main(plan_fd: int, error_fd: int) -> NoReturn:
    """Set the container up, run it, and end with its exit code (128 + N when signal N ended it)."""
    with os.fdopen(plan_fd, "rb") as stream:
        plan = marshal.load(stream)
    fcntl.fcntl(error_fd, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    try:
        check(_libc.unshare(CLONE_NEWNS | CLONE_NEWPID), "unshare")
        build_root(plan)
        child = os.fork()
        if child == 0:
            become(plan)
    except OSError as error:
        os.write(error_fd, str(error.strerror or error).encode())
        os._exit(NOT_FOUND)
    os.close(error_fd)
    relay(child)
    os._exit(exit_code(child))


def build_root(plan: Plan) -> None:
    """Mount the private root at ``plan["root"]``."""
    root = plan["root"]
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    mount("tmpfs", root, "tmpfs", 0)
    os.chmod(root, 0o755)
    absent = [path for path in plan["files"] if not is_file(path)]
    holes = tree([*plan["volumes"], *plan["shown"], "/proc", "/run", "/tmp"], absent)
    mirror("/", root, holes)
    os.chmod(root + "/tmp", 0o1777)
    # Bound to itself, /tmp is a mount that can be writable while the root is not.
    mount(root + "/tmp", root + "/tmp", None, MS_BIND | MS_REC)
    for path, source in plan["shown"].items():
        mount(source, root + path, None, MS_BIND | MS_REC)
    set_read_only(root, recursive=True)
    if not plan["read_only"]:
        set_read_only(root, recursive=False, value=False)
    if plan["temporary"]:
        set_read_only(root + "/tmp", recursive=False, value=False)
    set_read_only(root + "/dev", recursive=True, value=False)
    for path, source in {**plan["files"], **plan["volumes"]}.items():
        mount(source, root + path, None, MS_BIND | MS_REC)


def is_file(path: str) -> bool:
    """Whether a file can be bound over the host's: one that is there, and no link leads elsewhere."""
    return os.path.isfile(path) and os.path.realpath(path) == path


def tree(directories: list[str], files: list[str]) -> Holes:
    """What must be the container's own, as nested dictionaries, one a component; a file is ``None``."""
    top: Holes = {}
    for path in [*directories, *files]:
        *above, last = path.strip("/").split("/")
        level = top
        for part in above:
            below = level.setdefault(part, {})
            level = {} if below is None else below
        level.setdefault(last, None if path in files else {})
    return top


def mirror(source: str, target: str, holes: Holes) -> None:
    """Show a host directory at ``target``: every entry bound, except the holes, which are made anew.

    Of /tmp only directories, among which this checkout may be: its files come and go while they are listed.
    """
    for entry in os.scandir(source) if os.path.isdir(source) else ():
        if entry.name not in holes and (source != "/tmp" or entry.is_dir(follow_symlinks=False)):
            show(entry, os.path.join(target, entry.name))
    for name, below in holes.items():
        inside, here = os.path.join(target, name), os.path.join(source, name)
        if below is None:
            open(inside, "w").close()
            continue
        os.mkdir(inside, 0o755)
        if below or here == "/tmp":
            mirror(here, inside, below)


def show(entry: os.DirEntry[str], target: str) -> None:
    """Bind one entry of the host, or copy it when it is a link."""
    if entry.is_symlink():
        os.symlink(os.readlink(entry.path), target)
        return
    if entry.is_dir(follow_symlinks=False):
        os.mkdir(target)
    else:
        open(target, "w").close()
    # What went after it was listed has an empty one in its place; a program that needs it says so.
    try:
        mount(entry.path, target, None, MS_BIND | MS_REC)
    except FileNotFoundError:
        return


def become(plan: Plan) -> NoReturn:
    """Turn into the container's PID 1.  Never returns."""
    root = plan["root"]
    try:
        mount("proc", root + "/proc", "proc", 0)
    except OSError:
        # A host that hides parts of /proc lets nobody in a user namespace mount another.
        mount("/proc", root + "/proc", None, MS_BIND | MS_REC)
    os.chroot(root)
    os.chdir(plan["cwd"])
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    if plan["user"]:
        drop_to(*plan["user"])
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    program = find(plan["argv"][0], plan["env"].get("PATH", ""))
    os.execve(program, plan["argv"], plan["env"])


def find(program: str, path: str) -> str:
    """Where an executable is, as a container runtime looks for it."""
    if "/" in program:
        return program
    for directory in path.split(":"):
        candidate = os.path.join(directory, program)
        if os.access(candidate, os.X_OK):
            return candidate
    raise OSError(errno.ENOENT, f'exec: "{program}": executable file not found in $PATH')


def drop_to(uid: int, gid: int) -> None:
    """Become the image's user, who may read root's files (the interpreter is one of them) and write none."""
    try:
        _libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    except OSError:
        return  # an ordinary user's lab maps one uid only
    bits = 1 << CAP_DAC_READ_SEARCH
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    _libc.capset(header, (ctypes.c_uint32 * 6)(bits, bits, bits, 0, 0, 0))
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH, 0, 0)


def relay(child: int) -> None:
    """Pass signals on.  As on Linux always, a PID 1 without a handler of its own ignores SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    signal.signal(signal.SIGUSR1, lambda *_: os.kill(child, signal.SIGKILL))


def exit_code(child: int) -> int:
    """Wait for the container."""
    _, status = os.waitpid(child, 0)
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def set_read_only(path: str, *, recursive: bool, value: bool = True) -> None:
    """Make mounts read-only or writable; left as they are on kernels before 5.12."""
    on, off = (MOUNT_ATTR_RDONLY, 0) if value else (0, MOUNT_ATTR_RDONLY)
    attributes = (ctypes.c_uint64 * 4)(on, off, 0, 0)
    flags = AT_RECURSIVE if recursive else 0
    _libc.syscall(SYS_MOUNT_SETATTR, AT_FDCWD, os.fsencode(path), flags, attributes, 32)


def mount(source: str, target: str, kind: str | None, flags: int) -> None:
    """Mount, with what the kernel says as an OSError."""
    result = _libc.mount(os.fsencode(source), os.fsencode(target), kind and kind.encode(), flags, None)
    check(result, f"mount {source} at {target}")


def check(result: int, what: str) -> None:
    """Raise what the C library left in errno."""
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
