"""Nothing of a lab gets out of it while it runs, and nothing of it is left when it has ended."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.lab.catalogue import DEADLINE, ROOT
from tests.lab.ordinary import NOBODY
from tests.lab.processes import until
from tests.lab.users import ordinary

pytestmark = pytest.mark.lab

LABS = int(os.environ.get("RUN_PROBE_LABS", "20"))
"""How many are put up and taken down, in two rows side by side; every other one is an ordinary user's."""
MARK = "RUN_PROBE_MARK"
EMPTY = '"""A lab without a VPC."""\n\n\ndef build(aws):\n    aws.client("sts").get_caller_identity()\n'
ONE_PACKET = "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('203.0.113.9', 53))"
PROBED = [sys.executable, "-m", "probe.cli", "--lab", "healthy-nat", "--like-service", "checkout"]


def packets_that_left(*command: str) -> int:
    """What a command sends into a network that would carry everything."""
    watched = ["unshare", "--user", "--map-root-user", "--net", "sh", str(ROOT / "tests/lab/watched.sh")]
    done = subprocess.run(
        [*watched, *command], capture_output=True, text=True, check=False, cwd=ROOT, timeout=DEADLINE
    )
    counted = re.search(r"packets (\d+)", done.stdout)
    assert counted is not None, done.stderr
    return int(counted[1])


def test_a_packet_that_leaves_is_counted() -> None:
    """The watch has eyes: one datagram to an address outside is one packet."""
    assert packets_that_left(sys.executable, "-c", ONE_PACKET) == 1


def test_a_whole_run_sends_nothing_out() -> None:
    """Names, the API, the registry, the agent, the probe: all stays in namespaces of the lab's own."""
    assert packets_that_left(*PROBED) == 0


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, list[int]]:
    """Many labs, this user's and an ordinary one's in turn: their mark, temporary files and exit codes."""
    home, mark = tmp_path_factory.mktemp("labs"), str(uuid.uuid4())
    scenario, temporary = home / "empty.py", home / "tmp"
    scenario.write_text(EMPTY)
    temporary.mkdir()
    temporary.chmod(0o777)
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
    command = [sys.executable, "-m", "probe.lab", str(scenario), "--", "sh", "-c", f'test -n "${MARK}"']
    more = {MARK: mark, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)}

    def row(_: int) -> list[int]:
        mine = subprocess.run(
            command, capture_output=True, check=False, env=os.environ | more, timeout=DEADLINE
        )
        return [mine.returncode, ordinary(home, *command, **more).returncode]

    with ThreadPoolExecutor(2) as rows:
        return mark, temporary, [code for codes in rows.map(row, range(LABS // 2)) for code in codes]


def test_labs_side_by_side_do_not_disturb_each_other(labs: tuple[str, Path, list[int]]) -> None:
    """Each runs its command, which finds what was meant for it."""
    assert labs[2] == [0] * (LABS // 2 * 2)


def test_no_process_is_left(labs: tuple[str, Path, list[int]]) -> None:
    """Nor, therefore, any namespace, which lives as long as a process in it."""
    assert until(lambda: not marked(labs[0]))


def test_a_marked_process_would_be_seen() -> None:
    """The look has eyes too: a process that lives is found by its mark."""
    mark = str(uuid.uuid4())
    with subprocess.Popen(["sleep", "60"], env=os.environ | {MARK: mark}) as sleeping:
        found = marked(mark)
        sleeping.kill()
    assert found == [sleeping.pid]


def test_no_file_is_left(labs: tuple[str, Path, list[int]]) -> None:
    """The lab's files are on a filesystem of its own, which went with it."""
    assert list(labs[1].iterdir()) == []


def test_no_mount_is_left(labs: tuple[str, Path, list[int]]) -> None:
    """What a lab mounts only it sees."""
    assert labs[2]
    assert "/run/lab" not in Path("/proc/self/mountinfo").read_text(encoding="utf-8")


def marked(mark: str) -> list[int]:
    """The processes that carry a mark in their environment."""
    return [int(one.parent.name) for one in Path("/proc").glob("[0-9]*/environ") if _carries(one, mark)]


def _carries(environ: Path, mark: str) -> bool:
    try:
        return f"{MARK}={mark}".encode() in environ.read_bytes()
    except OSError:
        return False  # another user's, or gone meanwhile
