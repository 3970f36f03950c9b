"""The real image: what is in it, how it ends behind Fargate's walls, and that the lab can run it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from probe.lab.scenario import Scenario, load
from probe.lab.world import services
from probe.model import Target, Work
from tests.lab import containers
from tests.lab.canary_scenario import CANARIES, fragments
from tests.lab.catalogue import AT_ONCE, DEADLINE, ROOT, SCENARIOS, like

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="podman builds and runs the image as root only"),
]

LARGEST = 8_000_000
"""Bytes, compressed, that the image may add to its base."""

BY_HAND = ("--services", "ecr,s3,logs", "--region", "us-east-1")
REAL = ("healthy_private", "logs_endpoint_sg_blocks_ingress", "secretsmanager_endpoint_sg_blocks_ingress")
CANARY = "canary"
IN_SEAT = """
"$0" -m probe.cli "$@" && code=0 || code=$?
test -d /run/lab/podman/images/overlay-containers || exit 99
exit "$code"
"""
Told = subprocess.CompletedProcess[str]

SILENT = "127.0.0.153"
PORT = 53


def plan(size: int) -> str:
    """A sound plan for one target, as many bytes long as wanted."""
    host = "s3.us-east-1.amazonaws.com"
    target = Target(
        name="s3", service="s3", host=host, region="us-east-1", needed=True, because="", group="s3"
    )
    work = Work(run="r", subnet="subnet-1", region="us-east-1", targets=(target,))
    return msgspec.json.encode(work).decode().ljust(size)


def rooms() -> set[str]:
    """The modules of ``probe`` in the image."""
    listing = "import os, probe; print(*sorted(os.listdir(os.path.dirname(probe.__file__))))"
    return set(containers.run("-c", listing, options=("--entrypoint=python",)).out.split())


def test_the_image_says_what_the_lab_says_of_it() -> None:
    """The lab's ECR has an image with the Dockerfile's user, volume and entry point."""
    config = containers.described(containers.image())["Config"]
    declared = {name: config[name] for name in services.PROBE_CONFIG}
    assert (services.PROBE_CONFIG, list(services.PROBE_ENTRYPOINT)) == (declared, config["Entrypoint"])


def test_the_desk_stays_at_the_desk() -> None:
    """The image holds the rooms that work in the VPC and neither the launcher nor the lab."""
    found = rooms()
    assert {"measure.py", "checks", "calls"} <= found
    assert set() == found & {"cli", "diagnosis", "evidence", "lab", "launch", "report", "stopped"}


def test_the_image_is_small() -> None:
    """What it adds to its base, compressed, is what a task waits for."""
    assert containers.added() <= LARGEST


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "words"),
    [
        pytest.param(BY_HAND, {}, 11, '"exit_code":11,"meaning":"DNS"}', id="no-network"),
        pytest.param(
            (), {"PROBE_PLAN": plan(8192)}, 11, '"exit_code":11,"meaning":"DNS"}', id="plan-of-8-KiB"
        ),
        pytest.param((), {"PROBE_PLAN": "x"}, 2, "PROBE_PLAN cannot be read", id="plan-of-1-byte"),
        pytest.param((), {}, 3, "nothing to probe: PROBE_PLAN is not set", id="no-plan"),
        pytest.param(("report", "s3"), {}, 20, "", id="reporter-without-results"),
    ],
)
def test_a_container_ends_with_its_code_and_a_clear_line(
    arguments: tuple[str, ...], variables: dict[str, str], code: int, words: str
) -> None:
    """Read-only, without capabilities, without a network, without credentials: nothing of that stops it."""
    ended = containers.run(*arguments, variables=variables)
    assert (code, True) == (ended.code, words in ended.out + ended.err)


def test_results_on_a_volume_of_roots(tmp_path: Path) -> None:
    """The probe cannot write there, says so, and its verdict stands; a reporter reads what is there."""
    tmp_path.chmod(0o755)
    (tmp_path / "s3").write_text("14\n")
    mounted = ("--user=65532:65532", f"--volume={tmp_path}:/results")
    probed = containers.run(*BY_HAND, options=mounted)
    assert (11, True) == (probed.code, probed.err.startswith("results cannot be written"))
    assert 14 == containers.run("report", "s3", options=mounted).code


def test_told_to_stop_it_finishes_its_line(tmp_path: Path) -> None:
    """SIGTERM while a name server keeps silent: the last line is whole and the code is 21."""
    (tmp_path / "resolv.conf").write_text(f"nameserver {SILENT}\n")
    options = (f"--volume={tmp_path}/resolv.conf:/etc/resolv.conf:ro", f"--cidfile={tmp_path}/id")
    with ExitStack() as held:
        asked = held.enter_context(socket.socket(type=socket.SOCK_DGRAM))
        asked.bind((SILENT, PORT))
        asked.settimeout(60)
        running = subprocess.Popen(
            containers.command(*BY_HAND, network="host", options=options), stdout=subprocess.PIPE, text=True
        )
        asked.recv(512)
        containers.said("podman", "kill", "--signal=TERM", (tmp_path / "id").read_text())
        output, _ = running.communicate(timeout=60)
    last = json.loads(output.splitlines()[-1])
    assert (21, "probe.finished", 21) == (running.returncode, last["event"], last["exit_code"])


@pytest.fixture(scope="module")
def labs() -> Iterator[Mapping[str, Future[Told]]]:
    """Each scenario in a lab of its own, as many at a time as there are processors."""
    containers.image()  # the layers that every lab finds built
    with ThreadPoolExecutor(AT_ONCE) as pool:
        canaries = load(ROOT / "tests/lab/canary_scenario.py")
        wanted = {name: SCENARIOS[name] for name in REAL} | {CANARY: canaries}
        yield {name: pool.submit(probed, scenario) for name, scenario in wanted.items()}


@pytest.mark.parametrize("name", REAL)
def test_a_scenario_under_podman_gives_what_it_gives_with_processes(
    name: str, labs: Mapping[str, Future[Told]]
) -> None:
    """The image measures in the task's namespace, and its exit codes alone are enough without logs."""
    expectation = SCENARIOS[name].expect
    assert expectation is not None
    ended = labs[name].result()
    assert ended.stdout, ended.stderr
    found = [finding["code"] for finding in json.loads(ended.stdout)["findings"]]
    expected = [row.code for row in expectation.findings]
    assert (expectation.exit_code, expected) == (ended.returncode, found)


def test_no_secret_leaves_the_image(labs: Mapping[str, Future[Told]]) -> None:
    """What a container of the image tells, by its lines and its exit codes, holds no part of any canary."""
    ended = labs[CANARY].result()
    written = ended.stdout + ended.stderr
    parts = {part for canary in CANARIES.values() for part in fragments(canary)}
    assert ("secret-not-json" in written, set()) == (True, {part for part in parts if part in written})


def probed(scenario: Scenario) -> Told:
    """run-probe in the scenario's seat; 99 where podman never made a container there."""
    lab = [sys.executable, "-m", "probe.lab", "--runtime=podman", str(scenario.path), "--"]
    return subprocess.run(
        [*lab, "sh", "-c", IN_SEAT, sys.executable, *like(scenario), "--output=json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "BASE": containers.base()},
        timeout=DEADLINE,
    )
