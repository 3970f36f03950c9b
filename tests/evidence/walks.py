"""Flows, and what closes each: one thing changed in a whole VPC."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from probe.evidence.controls import Instance, PublicAccess
from probe.evidence.flows import Flow
from probe.evidence.snapshot import Denied, GroupRule, Interface, Route, Snapshot
from tests.builders.vpcs import (
    ANY,
    PUBLIC,
    S3_ADDRESS,
    SUBNETS,
    acl,
    address,
    deny,
    endpoint,
    gateway,
    group,
    nat,
    nat_vpc,
    private_vpc,
    public_vpc,
    service,
    table,
)

REFUSAL = Denied(action="ec2:DescribeIt", resource="*", words="UnauthorizedOperation")
TASK, ENDPOINT = private_vpc().security_groups  # type: ignore[misc]
NEAR, FAR = address("logs", "subnet-a"), address("logs", "subnet-b")
ALL_OUT = GroupRule(egress=True, protocol="-1", cidr=ANY)


def flow(to: str | None = PUBLIC, **changes: Any) -> Flow:
    """From the task in the first subnet."""
    return replace(Flow(subnet="subnet-a", groups=("sg-task",), public_ip=False, address=to), **changes)


def acls(*entries: Any, public: Any = ()) -> dict[str, Any]:
    """The private and the public subnets' ACLs with entries in front."""
    return {"network_acls": (acl("acl-1", SUBNETS, *entries), acl("acl-public", ("subnet-public",), *public))}


INSTANCE: dict[str, Any] = {
    "route_tables": (
        table("rtb-1", SUBNETS, Route(destination=ANY, target="eni-nat")),
        table("rtb-public", ("subnet-public",), Route(destination=ANY, target="igw-1")),
    ),
    "security_groups": (
        TASK,
        ENDPOINT,
        group("sg-nat", GroupRule(egress=False, protocol="-1", cidr="10.0.0.0/16"), ALL_OUT),
        group("sg-inward", GroupRule(egress=False, protocol="-1", cidr="10.0.0.0/16")),
    ),
}


def nat_instance(
    *,
    check: bool = False,
    state: str = "running",
    groups: tuple[str, ...] = ("sg-nat",),
    public_address: str | None = "203.0.113.9",
    route_state: str = "active",
) -> Snapshot:
    """A NAT instance in the public subnet."""
    interface = Interface(
        id="eni-nat",
        subnet="subnet-public",
        addresses=("10.0.9.9",),
        groups=groups,
        public_address=public_address,
        attached_to="i-1",
        source_dest_check=check,
    )
    private, public = INSTANCE["route_tables"]
    routes = tuple(replace(one, state=route_state) for one in private.routes if one.target == "eni-nat")
    tables = (replace(private, routes=routes), public)
    more = INSTANCE | {"route_tables": tables}
    return nat_vpc(**more, interfaces=(interface,), instances=(Instance(id="i-1", state=state),))


def routed(*routes: Route, public: tuple[Route, ...] = (Route(destination=ANY, target="igw-1"),)) -> Snapshot:
    """The private subnets follow these routes, the public one those."""
    return nat_vpc(
        route_tables=(table("rtb-1", SUBNETS, *routes), table("rtb-public", ("subnet-public",), *public))
    )


OUT = GroupRule(egress=True, protocol="tcp", ports=(443, 443), cidr="10.0.0.0/16")
TO_LIST = GroupRule(egress=True, protocol="tcp", ports=(443, 443), prefix_list="pl-s3")
CASES: dict[str, tuple[Snapshot, Flow, list[tuple[str, str]]]] = {
    "open": (nat_vpc(), flow(), []),
    "task-out": (
        nat_vpc(security_groups=(group("sg-task", OUT), ENDPOINT)),
        flow(),
        [("group-egress", "sg-task")],
    ),
    "any-allow-wins": (
        nat_vpc(security_groups=(group("sg-task"), group("sg-more", ALL_OUT))),
        flow(groups=("sg-task", "sg-more")),
        [],
    ),
    "wrong-port": (
        nat_vpc(security_groups=(group("sg-task", replace(ALL_OUT, protocol="tcp", ports=(80, 80))),)),
        flow(),
        [("group-egress", "sg-task")],
    ),
    "wrong-protocol": (
        nat_vpc(security_groups=(group("sg-task", replace(ALL_OUT, protocol="udp")),)),
        flow(),
        [("group-egress", "sg-task")],
    ),
    "prefix-list": (
        private_vpc(security_groups=(group("sg-task", TO_LIST), ENDPOINT)),
        flow(S3_ADDRESS, service_name=service("s3")),
        [],
    ),
    "prefix-list-of-others": (
        private_vpc(security_groups=(group("sg-task", OUT), ENDPOINT)),
        flow(None, service_name=service("s3")),
        [("group-egress", "sg-task")],
    ),
    "to-a-group": (
        private_vpc(
            security_groups=(group("sg-task", replace(ALL_OUT, cidr=None, group="sg-endpoint")), ENDPOINT)
        ),
        flow(FAR),
        [],
    ),
    "endpoint-in": (
        private_vpc(security_groups=(TASK, group("sg-endpoint"))),
        flow(FAR),
        [("group-ingress", "sg-endpoint")],
    ),
    "endpoint-in-by-cidr": (
        private_vpc(
            security_groups=(
                TASK,
                group("sg-endpoint", replace(OUT, egress=False, cidr="10.0.1.0/24")),
            )
        ),
        flow(FAR),
        [],
    ),
    "endpoint-in-by-part": (
        private_vpc(
            security_groups=(
                TASK,
                group("sg-endpoint", replace(OUT, egress=False, cidr="10.0.1.0/25")),
            )
        ),
        flow(FAR),
        [("group-ingress", "sg-endpoint")],
    ),
    "endpoint-state": (
        private_vpc(endpoints=(endpoint("logs", state="pending"),)),
        flow(FAR),
        [("endpoint", "vpce-logs")],
    ),
    "by-name": (private_vpc(), flow(None, service_name=service("logs")), []),
    "acl-out": (nat_vpc(**acls(deny(90, egress=True))), flow(), [("acl-request", "acl-1/egress/90")]),
    "acl-back": (
        nat_vpc(**acls(deny(90, egress=False, ports=(1024, 65535)))),
        flow(),
        [("acl-reply", "acl-1/ingress/90")],
    ),
    "acl-back-in-part": (
        nat_vpc(**acls(deny(90, egress=False, ports=(32768, 50000)))),
        flow(),
        [("acl-reply", "acl-1/ingress/90")],
    ),
    "acl-other-port": (nat_vpc(**acls(deny(90, egress=True, ports=(80, 80)))), flow(), []),
    "acl-later": (nat_vpc(**acls(deny(110, egress=True))), flow(), []),
    "acl-none": (
        nat_vpc(
            network_acls=(replace(acl("acl-1", SUBNETS), entries=()), acl("acl-public", ("subnet-public",)))
        ),
        flow(),
        [("acl-request", "acl-1/egress/32767"), ("acl-reply", "acl-1/ingress/32767")],
    ),
    "acl-of-nat-in": (
        nat_vpc(**acls(public=(deny(9, egress=False, cidr="10.0.0.0/16"),))),
        flow(),
        [("acl-request", "acl-public/ingress/9")],
    ),
    "acl-of-nat-back": (
        nat_vpc(**acls(public=(deny(9, egress=True, cidr="10.0.0.0/16"),))),
        flow(),
        [("acl-reply", "acl-public/egress/9")],
    ),
    "acl-of-endpoint": (
        private_vpc(
            network_acls=(
                acl("acl-1", ("subnet-a",)),
                acl("acl-2", ("subnet-b",), deny(9, egress=False, ports=(443, 443))),
            )
        ),
        flow(FAR),
        [("acl-request", "acl-2/ingress/9")],
    ),
    "no-route": (routed(), flow(), [("route", "rtb-1")]),
    "blackhole": (
        routed(Route(destination=ANY, target="nat-0", state="blackhole")),
        flow(),
        [("blackhole", f"rtb-1/{ANY}")],
    ),
    "longest-prefix": (
        routed(
            Route(destination=ANY, target="nat-1"),
            Route(destination="203.0.113.0/24", target="nat-0", state="blackhole"),
        ),
        flow(),
        [("blackhole", "rtb-1/203.0.113.0/24")],
    ),
    "longer-but-other": (
        routed(
            Route(destination=ANY, target="nat-1"),
            Route(destination="192.0.2.0/24", target="nat-0", state="blackhole"),
        ),
        flow(),
        [],
    ),
    "no-public-address": (public_vpc(), flow(), [("public-address", "subnet-a")]),
    "public-address": (public_vpc(), flow(public_ip=True), []),
    "gateway-endpoint": (private_vpc(), flow(S3_ADDRESS, service_name=service("s3")), []),
    "gateway-endpoint-pending": (
        private_vpc(endpoints=(gateway("rtb-1", state="deleting"),)),
        flow(S3_ADDRESS, service_name=service("s3")),
        [("endpoint", "vpce-s3")],
    ),
    "gateway-endpoint-unlisted": (
        private_vpc(prefix_lists=REFUSAL),
        flow(S3_ADDRESS, service_name=service("s3")),
        [],
    ),
    "nat-failed": (nat_vpc(nat_gateways=(nat(state="failed"),)), flow(), [("nat", "nat-1")]),
    "nat-private": (nat_vpc(nat_gateways=(nat(public=False),)), flow(), [("nat", "nat-1")]),
    "nat-buried": (routed(Route(destination=ANY, target="nat-1"), public=()), flow(), [("nat", "nat-1")]),
    "nat-in-a-loop": (
        routed(Route(destination=ANY, target="nat-1"), public=(Route(destination=ANY, target="nat-1"),)),
        flow(),
        [("nat", "nat-1")],
    ),
    "instance": (nat_instance(), flow(), []),
    "instance-checks": (nat_instance(check=True), flow(), [("nat", "i-1")]),
    "instance-stopped": (nat_instance(state="stopped"), flow(), [("nat", "i-1")]),
    "instance-stopped-and-shown": (
        nat_instance(state="stopped", route_state="blackhole"),
        flow(),
        [("nat", "i-1")],
    ),
    "instance-without-an-address": (nat_instance(public_address=None), flow(), [("nat", "i-1")]),
    "instance-lets-nothing-out": (
        nat_instance(groups=("sg-inward",)),
        flow(),
        [("group-egress", "sg-inward")],
    ),
    "instance-group": (
        nat_instance(groups=("sg-endpoint",)),
        flow(groups=("sg-x",)),
        [("group-ingress", "sg-endpoint"), ("group-egress", "sg-endpoint")],
    ),
    "access-both": (
        public_vpc(public_access=(PublicAccess(mode="block-ingress"),)),
        flow(public_ip=True),
        [("public-access", "vpc-1")],
    ),
    "access-nat": (nat_vpc(public_access=(PublicAccess(mode="block-ingress"),)), flow(), []),
    "access-nat-both": (
        nat_vpc(public_access=(PublicAccess(mode="block-bidirectional"),)),
        flow(),
        [("public-access", "vpc-1")],
    ),
    "access-nat-may-out": (
        nat_vpc(
            public_access=(PublicAccess(mode="block-bidirectional", egress_exclusions=("subnet-public",)),)
        ),
        flow(),
        [],
    ),
    "access-excluded": (
        nat_vpc(public_access=(PublicAccess(mode="block-bidirectional", exclusions=("vpc-1",)),)),
        flow(),
        [],
    ),
}
