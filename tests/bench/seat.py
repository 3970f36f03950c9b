"""In the lab's operator's seat: every side of the comparison, in turns, in the same task's place.

``python -m tests.bench.seat IMAGE ROUNDS``: IMAGE is the mounted root of the probe's image.  Writes a JSON
object: each side's name to what ``measured`` says of its median round.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from tests.bench import plans
from tests.bench.cell import Cell, Ended
from tests.bench.eight_services import CLUSTER
from tests.bench.imports import packages
from tests.bench.limits import smallest_task
from tests.bench.sides import SideError, Sides

SIZES = (8, 64, 512)
NO_WAY = 12


def main(image: str, rounds: int) -> int:
    """Measure all; 1 with a line where a side could not be."""
    with tempfile.TemporaryDirectory() as place, smallest_task() as groups:
        try:
            json.dump(all_sides(Path(image), rounds, Path(place), groups), sys.stdout)
        except SideError as error:
            sys.stderr.write(f"cannot compare: {error}\n")
            return 1
    return 0


def all_sides(image: Path, rounds: int, place: Path, groups: tuple[Path, ...]) -> dict[str, Any]:
    """Each side's median, the growth, the imports, and last what can only be seen without a way out."""
    sides = Sides(_cell(place, image, groups), _keys(), plans.healthy(), place)
    compared: dict[str, Callable[[], Ended]] = {
        "probe": sides.probe,
        "bare": sides.bare,
        "by hand": sides.by_hand,
        "to TLS": lambda: sides.probe(plans.to_tls(sides.plan)),
        "exporter": sides.exporter,
    }
    found: dict[str, list[Ended]] = {name: [] for name in compared}
    for _ in range(rounds):
        for name, play in compared.items():
            sys.stderr.write(f"bench: {name}\n")
            found[name].append(play())
    told: dict[str, Any] = {name: measured(median(all_ended)) for name, all_ended in found.items()}
    for size in SIZES:
        sys.stderr.write(f"bench: {size} targets\n")
        told[f"{size} targets"] = measured(sides.probe(plans.of(sides.plan, size)))
    told["imports"] = packages(sides.probe(None, "-X", "importtime").errors)
    with egress_closed():
        told["dropped"] = measured(sides.probe(code=NO_WAY)) | {"patience": sides.plan["connect_timeout"]}
    return told


def median(ended: list[Ended]) -> Ended:
    """The round in the middle, by time."""
    return sorted(ended, key=lambda one: one.seconds)[len(ended) // 2]


def measured(ended: Ended) -> dict[str, float]:
    """Seconds and MiB; for the probe also when its own clock began, and when its first packet left."""
    told = {"seconds": ended.seconds, "peak": ended.peak}
    seen = [
        (came, json.loads(line)) for came, line in ended.lines if line.startswith('{"event":"observation"')
    ]
    ends = [(came, one["observation"]) for came, one in seen if one["observation"]["status"] != "skip"]
    if ends:
        told["start"] = min(came - one["started"] - one["took"] for came, one in ends)
        told["first packet"] = told["start"] + min(one["started"] for _, one in ends)
    return told


@contextmanager
def egress_closed() -> Iterator[None]:
    """The task's group lets nothing out; names are resolved still, since groups do not filter that."""
    ec2 = boto3.client("ec2")
    (group,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["service"]}])[
        "SecurityGroups"
    ]
    rules = {"GroupId": group["GroupId"], "IpPermissions": group["IpPermissionsEgress"]}
    ec2.revoke_security_group_egress(**rules)
    try:
        yield
    finally:
        ec2.authorize_security_group_egress(**rules)


def _cell(place: Path, image: Path, groups: tuple[Path, ...]) -> Cell:
    """The place of the service's own task, which runs."""
    ecs, ec2 = boto3.client("ecs"), boto3.client("ec2")
    (task,) = ecs.describe_tasks(cluster=CLUSTER, tasks=ecs.list_tasks(cluster=CLUSTER)["taskArns"])["tasks"]
    details = {one["name"]: one["value"] for one in task["attachments"][0]["details"]}
    network = ec2.describe_network_interfaces(NetworkInterfaceIds=[details["networkInterfaceId"]])
    vpc = ec2.describe_vpcs(VpcIds=[network["NetworkInterfaces"][0]["VpcId"]])["Vpcs"][0]
    resolv_conf = place / "resolv.conf"
    resolv_conf.write_text(f"nameserver {vpc['CidrBlock'].split('/')[0][:-1]}2\n")
    return Cell(
        namespace=f"/run/netns/{details['networkInterfaceId']}",
        resolv_conf=resolv_conf,
        authorities=Path(os.environ["SSL_CERT_FILE"]),
        groups=groups,
        image=image,
    )


def _keys() -> dict[str, str]:
    """What an AWS client needs, and a task's environment has."""
    named = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION")
    return {name: os.environ[name] for name in named} | {"AWS_EC2_METADATA_DISABLED": "true"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
