"""Faults in VPCs that differ in what could mend them, and the operations that do."""

from __future__ import annotations

from msgspec.structs import replace

from probe.diagnosis import Case
from probe.evidence.controls import Instance
from probe.evidence.snapshot import Interface, Route, Snapshot, Vpc
from probe.model import Kind, Layer, Outcome
from tests.builders.cases import TARGETS, case, everywhere, fails, outcome, spec
from tests.builders.vpcs import (
    ANY,
    PUBLIC,
    S3_ADDRESS,
    SUBNETS,
    VPC_CIDR,
    acl,
    deny,
    endpoint,
    gateway,
    nat,
    nat_vpc,
    private_vpc,
    public_vpc,
    table,
)

INTERFACES = ("ecr.api", "ecr.dkr", "secretsmanager", "logs")
TASK, ENDPOINT = private_vpc().security_groups  # type: ignore[misc]
LOST = (
    table("rtb-1", SUBNETS),
    table("rtb-public", ("subnet-public",), Route(destination=ANY, target="igw-1")),
)
SEALED = (table("rtb-1", (*SUBNETS, "subnet-public")),)
THROUGH_ITSELF = Route(destination=ANY, target="nat-1")
THROUGH = Route(destination=ANY, target="eni-nat")


def everything(at: str = PUBLIC) -> tuple[Outcome, ...]:
    """Every needed target times out from every subnet."""
    needed = [one.name for one in TARGETS if one.needed]
    return tuple(
        outcome(subnet, *(step for name in needed for step in fails(name, Layer.TCP, Kind.TIMEOUT, at)))
        for subnet in SUBNETS
    )


def one(name: str, at: str) -> tuple[Outcome, ...]:
    """One target times out from every subnet."""
    return everywhere(*fails(name, Layer.TCP, Kind.TIMEOUT, at), besides=(name,))


def instance(*, check: bool = False) -> Snapshot:
    """The private subnets lead to a stopped NAT instance, or to one that checks what it forwards."""
    interface = Interface(
        id="eni-nat",
        subnet="subnet-public",
        addresses=("10.0.9.9",),
        attached_to="i-1",
        source_dest_check=check,
    )
    return nat_vpc(
        route_tables=(table("rtb-1", SUBNETS, THROUGH), LOST[1]),
        interfaces=(interface,),
        instances=(Instance(id="i-1", state="stopped"),),
    )


OPERATIONS: dict[str, tuple[Case, list[str]]] = {
    "a-nat-that-works": (case(nat_vpc(route_tables=LOST), *everything()), ["create-route"]),
    "a-public-subnet-without-nat": (
        case(nat_vpc(route_tables=LOST, nat_gateways=()), *everything()),
        ["allocate-address", "create-nat-gateway", "wait nat-gateway-available", "create-route"],
    ),
    "no-public-subnet": (
        case(nat_vpc(route_tables=SEALED, nat_gateways=()), *everything()),
        [
            "create-subnet",
            "create-route-table",
            "create-route",
            "associate-route-table",
            "allocate-address",
            "create-nat-gateway",
            "wait nat-gateway-available",
            "create-route",
        ],
    ),
    "public-tasks": (
        case(public_vpc(route_tables=SEALED), *everything(), spec=spec(assign_public_ip=True)),
        ["create-route"],
    ),
    "public-tasks-without-gateway": (
        case(
            public_vpc(route_tables=SEALED, internet_gateways=()),
            *everything(),
            spec=spec(assign_public_ip=True),
        ),
        ["create-internet-gateway", "attach-internet-gateway", "create-route"],
    ),
    "another-nat": (
        case(
            nat_vpc(nat_gateways=(nat(state="failed"), nat(id="nat-2"))),
            *everything(),
        ),
        ["replace-route"],
    ),
    "nat-behind-a-dead-route": (
        case(
            nat_vpc(
                route_tables=(
                    table("rtb-1", SUBNETS, Route(destination=ANY, target="nat-1")),
                    table(
                        "rtb-public",
                        ("subnet-public",),
                        Route(destination=ANY, target="igw-0", state="blackhole"),
                    ),
                )
            ),
            *everything(),
        ),
        ["replace-route"],
    ),
    "nat-among-the-tasks": (
        case(
            nat_vpc(route_tables=(table("rtb-1", (*SUBNETS, "subnet-public"), THROUGH_ITSELF),)),
            *everything(),
        ),
        [
            "create-subnet",
            "create-route-table",
            "create-route",
            "associate-route-table",
            "allocate-address",
            "create-nat-gateway",
            "wait nat-gateway-available",
            "replace-route",
        ],
    ),
    "route-to-a-peer": (
        case(
            nat_vpc(
                route_tables=(
                    table("rtb-1", SUBNETS, Route(destination=ANY, target="pcx-1")),
                    *LOST[1:],
                )
            ),
            *everything(),
        ),
        ["replace-route"],
    ),
    "nat-instance-stopped": (case(instance(), *everything()), ["start-instances"]),
    "nat-instance-checks": (
        case(instance(check=True), *everything()),
        ["modify-network-interface-attribute"],
    ),
    "no-service-to-update": (
        case(public_vpc(), *everything(), spec=spec(service=None)),
        [],
    ),
    "s3-endpoint": (
        case(
            private_vpc(endpoints=tuple(endpoint(name) for name in INTERFACES), route_tables=SEALED),
            *one("s3", S3_ADDRESS),
        ),
        ["create-vpc-endpoint"],
    ),
    "hostnames-and-endpoint": (
        case(
            private_vpc(
                vpcs=(Vpc(id="vpc-1", cidrs=(VPC_CIDR,), dns_support=True, dns_hostnames=False),),
                endpoints=(
                    *(endpoint(name, private_dns=name != "logs") for name in INTERFACES),
                    gateway("rtb-1"),
                ),
            ),
            *one("logs", PUBLIC),
        ),
        ["modify-vpc-attribute", "modify-vpc-endpoint"],
    ),
    "a-failed-endpoint": (
        case(
            private_vpc(
                endpoints=(
                    *(
                        endpoint(name, state="failed" if name == "logs" else "available")
                        for name in INTERFACES
                    ),
                    gateway("rtb-1"),
                )
            ),
            *one("logs", PUBLIC),
        ),
        ["delete-vpc-endpoints", "create-vpc-endpoint"],
    ),
    "acl-without-room": (
        case(
            nat_vpc(
                network_acls=(
                    acl("acl-1", SUBNETS, deny(1, egress=False)),
                    acl("acl-public", ("subnet-public",)),
                )
            ),
            *everything(),
        ),
        ["replace-network-acl-entry"],
    ),
    "acl-that-ends": (
        case(
            nat_vpc(
                network_acls=(
                    replace(acl("acl-1", SUBNETS), entries=()),
                    acl("acl-public", ("subnet-public",)),
                )
            ),
            *everything(),
        ),
        ["create-network-acl-entry", "create-network-acl-entry"],
    ),
}
