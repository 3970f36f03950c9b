"""Drawn VPCs, one after the other in one kernel: what packets do, beside what configuration says.

Started in namespaces of its own (``python -m tests.lab.fidelity.comparison SEED NUMBER``); writes one JSON
object a flow to stdout.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from probe.evidence.flows import Verdict
from probe.evidence.snapshot import Snapshot
from probe.lab.cloud import Cloud
from probe.lab.compile import compile_state
from probe.lab.kernel import Kernel
from probe.lab.survey import survey
from probe.launch.snapshot import read
from probe.model import Spec
from tests.lab.fidelity.draws import draw
from tests.lab.fidelity.flows import parts, trials, verdict, walked
from tests.lab.fidelity.ground import REGION, Ground, lay, made
from tests.lab.fidelity.packets import Ears, arrivals


def main(seed: str, number: int) -> None:
    """Every flow of every VPC."""
    cloud, kernel = Cloud(workdir=Path(tempfile.mkdtemp(dir="/run"))), Kernel()
    ground = made(cloud)
    asked, ears = trials(ground), Ears()
    for one in range(number):
        drawn = draw(Random(f"{seed}-{one}"), one)  # noqa: S311 - dice, no secret
        lay(ground, drawn)
        kernel.apply(compile_state(survey(cloud.backend("ec2"))))
        ears.open()
        snapshot = looked(cloud, ground)
        paths = [walked(ground, snapshot, trial) for trial in asked]
        expected = [verdict(hops) for hops in paths]
        dialled = [(ground.tasks[trial.subnet], trial) for trial in asked]
        arrived = arrivals(dialled, ears, [said is not Verdict.BLOCKS for said in expected])
        for trial, hops, said, came in zip(asked, paths, expected, arrived, strict=True):
            told(
                vpc=one,
                part=drawn.part,
                flow=f"{trial.name} from {trial.subnet}",
                evidence=said,
                packets="arrive" if came else "vanish",
                decided=sorted(parts(hops)),
                because=[f"{hop.verdict}: {hop.because}" for hop in hops],
            )


class Eyes:
    """The session of somebody who may read everything."""

    def __init__(self, cloud: Cloud) -> None:
        self.client = cloud.client


def looked(cloud: Cloud, ground: Ground) -> Snapshot:
    """The snapshot that run-probe would read."""
    spec = Spec(
        region=REGION,
        account=cloud.account,
        cluster="prod",
        subnets=tuple(ground.subnets.values()),
        security_groups=(ground.groups["task"],),
    )
    return read(Eyes(cloud), spec)


def told(**what: Any) -> None:
    """One flow on one line."""
    sys.stdout.write(json.dumps(what) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
