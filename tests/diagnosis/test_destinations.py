"""File systems and log destinations: paths with findings of their own."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.evidence.controls import HostedZone
from probe.evidence.snapshot import Interface
from probe.model import (
    Kind,
    Layer,
    Observation,
    Requirement,
    RequirementKind,
    Road,
)
from tests.builders.cases import TARGETS, case, fails, outcome, spec, target, works
from tests.builders.vpcs import REGION, SUBNETS, group, private_vpc

SERVER, AMAZON = "10.0.2.53", "10.0.0.2"


T = Kind.TIMEOUT
TASK, ENDPOINT = private_vpc().security_groups  # type: ignore[misc]
FILES = "fs-1.efs.us-east-1.amazonaws.com"
VOLUME = replace(
    target("logs"), name=f"{FILES}:2049", service="host", host=FILES, port=2049, layers=(Layer.DNS, Layer.TCP)
)
NEED = Requirement(
    kind=RequirementKind.FILE_SYSTEM, container="data", reference="fs-1", region=REGION, hosts=(FILES,)
)
MOUNT = Interface(
    id="eni-mount",
    subnet="subnet-b",
    addresses=("10.0.2.40",),
    groups=("sg-mount",),
    description="EFS mount target for fs-1 (fsmt-1)",
)


@pytest.mark.parametrize(
    ("steps", "mounts", "expected"),
    [
        (fails(VOLUME.name, Layer.DNS, Kind.NAME_NOT_FOUND), (), ("efs-mount-target-missing", "fs-1")),
        (fails(VOLUME.name, Layer.TCP, T, "10.0.2.40"), (MOUNT,), ("efs-unreachable", "fs-1")),
        (fails(VOLUME.name, Layer.TCP, Kind.REFUSED, "10.0.2.40"), (MOUNT,), ("efs-unreachable", "fs-1")),
    ],
    ids=["no-mount-target", "closed", "refused"],
)
def test_a_file_system_has_findings_of_its_own(
    steps: tuple[Observation, ...], mounts: tuple[Interface, ...], expected: tuple[str, str]
) -> None:
    """Its name has an address in each zone that has a mount target, whose group admits NFS or not."""
    snapshot = private_vpc(
        interfaces=(*private_vpc().interfaces, *mounts),  # type: ignore[misc]
        security_groups=(TASK, ENDPOINT, group("sg-mount")),
    )
    outcomes = (outcome(one, *works(*TARGETS), *steps) for one in SUBNETS)
    found = diagnose(case(snapshot, *outcomes, targets=(*TARGETS, VOLUME), requirements=(NEED,)))
    assert [expected] == [(one.code, one.subject) for one in found]


def test_the_mount_targets_group_is_opened() -> None:
    """For NFS, from the task's group, on the group that blocks."""
    snapshot = private_vpc(
        interfaces=(*private_vpc().interfaces, MOUNT),  # type: ignore[misc]
        security_groups=(TASK, ENDPOINT, group("sg-mount")),
    )
    steps = fails(VOLUME.name, Layer.TCP, T, "10.0.2.40")
    outcomes = (outcome(one, *works(*TARGETS), *steps) for one in SUBNETS)
    found = diagnose(case(snapshot, *outcomes, targets=(*TARGETS, VOLUME), requirements=(NEED,)))
    assert (True, True) == (
        "--group-id sg-mount" in found[0].fix.cli[0],
        "FromPort=2049" in found[0].fix.cli[0],
    )


def test_a_log_destination_has_a_finding_of_its_own() -> None:
    """A Splunk collector that is silent behind a way out that works."""
    from tests.builders.vpcs import PUBLIC, nat_vpc

    host = "splunk.example.com"
    sink = replace(target("logs"), name=f"{host}:8088", service="host", host=host, port=8088)
    need = Requirement(
        kind=RequirementKind.LOG_DESTINATION,
        container="web",
        reference=f"{host}:8088",
        region=REGION,
        hosts=(host,),
    )
    steps = fails(sink.name, Layer.TCP, T, PUBLIC)
    outcomes = (outcome(one, *works(*TARGETS), *steps) for one in SUBNETS)
    found = diagnose(case(nat_vpc(), *outcomes, targets=(*TARGETS, sink), requirements=(need,)))
    assert [("log-destination-unreachable", host)] == [(one.code, one.subject) for one in found]


@pytest.mark.parametrize(
    ("at", "road"), [(None, Road.EXIT_CODE), ("10.0.2.40", Road.LOG)], ids=["untold", "told"]
)
def test_a_hosts_own_zone_leads_nobody_astray(at: str | None, road: Road) -> None:
    """A collector in the VPC has its name in a private zone, and that is not why it is silent."""
    host = "splunk.shop.internal"
    sink = replace(
        target("logs"),
        name=f"{host}:8088",
        service="host",
        host=host,
        port=8088,
        layers=(Layer.DNS, Layer.TCP),
    )
    need = Requirement(
        kind=RequirementKind.LOG_DESTINATION,
        container="web",
        reference=f"{host}:8088",
        region=REGION,
        hosts=(host,),
    )
    zones = (HostedZone(id="Z1", name="shop.internal", vpcs=("vpc-1",)),)
    steps = fails(sink.name, Layer.TCP, T, at, road=road)
    outcomes = (outcome(one, *works(*TARGETS), *steps) for one in SUBNETS)
    given = case(private_vpc(hosted_zones=zones), *outcomes, targets=(*TARGETS, sink), requirements=(need,))
    assert [("log-destination-unreachable", host)] == [(one.code, one.subject) for one in diagnose(given)]


@pytest.mark.parametrize(
    ("subnet", "layer", "expected"),
    [
        ("subnet-b", Layer.TCP, "efs-unreachable"),
        ("subnet-b", Layer.DNS, "efs-unreachable"),
        ("subnet-a", Layer.TCP, "efs-unreachable"),
        ("subnet-a", Layer.DNS, "efs-mount-target-missing"),
    ],
    ids=["shut", "unresolved", "shut-and-none-here", "none-here"],
)
def test_a_file_system_that_no_address_is_told_of_is_in_the_vpc(
    subnet: str, layer: Layer, expected: str
) -> None:
    """Exit codes carry no address: its mount targets are known, and no way out of the VPC is missed."""
    snapshot = private_vpc(
        interfaces=(*private_vpc().interfaces, MOUNT),  # type: ignore[misc]
        security_groups=(TASK, ENDPOINT, group("sg-mount")),
    )
    steps = fails(VOLUME.name, layer, Kind.UNKNOWN, road=Road.EXIT_CODE)
    whole = [outcome(one, *works(*TARGETS, VOLUME)) for one in SUBNETS if one != subnet]
    given = (*whole, outcome(subnet, *works(*TARGETS), *steps))
    found = diagnose(case(snapshot, *given, targets=(*TARGETS, VOLUME), requirements=(NEED,)))
    assert [(expected, "fs-1", (subnet,))] == [(one.code, one.subject, one.subnets) for one in found]


def test_a_new_mount_target_has_the_groups_of_the_others() -> None:
    """AWS would take the VPC's default group, which admits only itself."""
    snapshot = private_vpc(interfaces=(*private_vpc().interfaces, MOUNT))  # type: ignore[misc]
    steps = fails(VOLUME.name, Layer.DNS, Kind.NAME_NOT_FOUND)
    outcomes = (outcome(one, *works(*TARGETS), *steps) for one in SUBNETS[:1])
    given = case(
        snapshot, *outcomes, targets=(*TARGETS, VOLUME), requirements=(NEED,), spec=spec(subnets=SUBNETS[:1])
    )
    (found,) = diagnose(given)
    made = "aws efs create-mount-target --region us-east-1 --file-system-id fs-1 --subnet-id subnet-a"
    assert (f"{made} --security-groups sg-mount",) == found.fix.cli
