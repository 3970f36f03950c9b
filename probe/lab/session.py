"""The session inside the lab's namespaces: build the scenario's world, let it hold, run the command in it."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import NoReturn

import boto3

from probe.lab import arguments, netns, seat, stage, world
from probe.lab.assembly import Lab
from probe.lab.compile.devices import OPERATOR
from probe.lab.fargate.podman import Podman
from probe.lab.fargate.runtime import Processes
from probe.lab.scenario import DEFAULT_REGION, Scenario, ScenarioError, blame, load

_BROKE, _USAGE = 1, 2
_INTERRUPTED, _TERMINATED = 130, 143
_SETTLING = 6.0
"""Seconds at most that services get for their first task: a failing one has failed before somebody looks."""
_GARBAGE = 200_000
"""Objects between two collections: what botocore and moto read stays, and Python would look it through again
and again while they read, a quarter of the lab's start."""
_PROBE_REPOSITORY = "run-probe"


def main(arguments: list[str]) -> int:
    """Run ``[FLAG…] FILE -- COMMAND…``; the command's exit code, or 2 where there can be no lab."""
    at = arguments.index("--")
    flags, path = arguments[: at - 1], Path(arguments[at - 1])
    signal.signal(signal.SIGTERM, lambda _number, _frame: leave(_TERMINATED))
    gc.set_threshold(_GARBAGE)
    seat.clear()
    try:
        stage.prepare()
        with redirect_stdout(sys.stderr):  # What a scenario prints is not the command's answer.
            return _run(load(path), arguments[at + 1 :], flags)
    except ScenarioError as error:
        sys.stderr.write(f"{error}\n  {error.advice}\n")
        return _USAGE
    except stage.StageError as error:
        sys.stderr.write(f"{error}\n")
        return _USAGE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a scenario is anybody's code; the rest is a fault of the lab
        words = blame(error, path)
        sys.stderr.write(f"{words}\n" if words else traceback.format_exc())
        return _USAGE if words else _BROKE


def _run(scenario: Scenario, command: list[str], flags: list[str]) -> int:
    _check_region(scenario)
    clock = Clock(verbose="--verbose" in flags)
    sys.stderr.write(f"lab: building {scenario.name} (a VPC on this machine; nothing leaves it)\n")
    with clock.step("start"):
        runtime = Podman(stage.WORKSHOP / "podman") if "--runtime=podman" in flags else Processes()
        lab = Lab(scenario.region, runtime, verbose="--verbose" in flags)
    with lab, netns.in_namespace(OPERATOR):
        _take_seat(lab, scenario)
        aws = boto3.Session()
        with clock.step("probe image"):
            os.environ["RUN_PROBE_IMAGE"] = world.push_probe_image(aws, _PROBE_REPOSITORY)
            os.environ["RUN_PROBE_FUNCTION_ROLE"] = world.function_role(aws)
        with clock.step("build"):
            scenario.build(aws)
            if scenario.faults is not None:
                scenario.faults(lab.cloud.faults)
        _represented(lab)
        with clock.step("hold"):
            lab.hold()
        sys.stderr.write(f"lab: ready in {clock.total():.1f} s\n")
        with clock.step("first tasks"):
            lab.settle(_SETTLING)
        return seat.run(_asked(aws, scenario, command) if "--asked" in flags else command)


def _check_region(scenario: Scenario) -> None:
    """Refuse a region that AWS does not have."""
    if scenario.region == DEFAULT_REGION:
        return
    aws = boto3.Session()
    every = (aws.get_available_regions("ec2", one) for one in aws.get_available_partitions())
    if not any(scenario.region in regions for regions in every):
        line = f"cannot use scenario {scenario.path}: AWS has no region {scenario.region}"
        raise ScenarioError(line, f"name one that it has, or leave REGION out, which means {DEFAULT_REGION}")


def _asked(aws: boto3.Session, scenario: Scenario, command: list[str]) -> list[str]:
    """The command with the scenario's arguments; before it, the first run and the change that follows it."""
    if scenario.change is not None:
        # What the first run prints is not what was asked for.
        first = ["sh", "-c", 'exec "$@" >&2', "sh", sys.executable, "-m", "probe.cli"]
        seat.run([*first, *arguments.with_ids(aws, scenario.before)])
        scenario.change(aws)
    return [*command, *arguments.with_ids(aws, scenario.arguments)]


def _represented(lab: Lab) -> None:
    """Refuse policies that the lab cannot evaluate and faults of what it lacks: that would be pretending."""
    for service in sorted(lab.cloud.faults.services):
        if not lab.cloud.names.knows(service):
            line = (
                f"cannot represent this scenario: its faults name {service}, which is no service and no host"
            )
            raise ScenarioError(line, "give an endpoint's suffix (ecr.api, s3, logs), or a registry's host")
    for lack in lab.cloud.iam.lacks():
        line = f"cannot represent this scenario: the lab does not know {lack}"
        raise ScenarioError(line, "leave that condition out, or state it with a key that the lab knows")


def _take_seat(lab: Lab, scenario: Scenario) -> None:
    """Make this process's environment the operator's: build, faults and command all see the same."""
    keys = lab.cloud.operator_credentials()
    seat.take(keys, region=scenario.region, bundle=lab.certificates.bundle)
    if scenario.cluster is not None:
        os.environ["RUN_PROBE_CLUSTER"] = scenario.cluster


class Clock:
    """How long the steps took, said on stderr when asked for."""

    def __init__(self, *, verbose: bool) -> None:
        self._verbose = verbose
        self._started = time.monotonic()

    def total(self) -> float:
        """Seconds since the session began."""
        return time.monotonic() - self._started

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step."""
        before = time.monotonic()
        yield
        if self._verbose:
            sys.stderr.write(f"lab: {name} took {time.monotonic() - before:.2f} s\n")


def leave(code: int) -> NoReturn:
    """End at once: this is the lab's process 1, and the kernel takes everything else down with it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    threading.current_thread().name = "lab"
    leave(main(sys.argv[1:]))
