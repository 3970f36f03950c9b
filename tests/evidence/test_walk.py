"""The walk: every gate between a task and where it goes, and who decides there."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from probe.evidence.controls import Instance, PublicAccess
from probe.evidence.flows import Flow, Gate, Hop, Verdict
from probe.evidence.places import chart
from probe.evidence.snapshot import UNREAD, Denied, GroupRule, Interface, Route, Snapshot, denied
from probe.evidence.walk import closed, is_here, path
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


def verdicts(hops: tuple[Hop, ...]) -> list[tuple[str, str, str]]:
    """Gate, verdict and subject of each hop."""
    return [(hop.gate.value, hop.verdict.value, hop.subject) for hop in hops]


def shut(snapshot: Snapshot, asked: Flow) -> list[tuple[str, str]]:
    """Gate and subject of what closes the path."""
    return [(hop.gate.value, hop.subject) for hop in closed(path(snapshot, asked))]


def test_to_an_endpoint_nearby_no_acl_is_crossed() -> None:
    """Within one subnet only the groups of both ends and the endpoint's state decide."""
    assert [
        ("group-egress", "allows", "sg-task"),
        ("endpoint", "allows", "vpce-logs"),
        ("group-ingress", "allows", "sg-endpoint"),
    ] == verdicts(path(private_vpc(), flow(NEAR)))


def test_to_an_endpoint_elsewhere_two_boundaries_are_crossed_both_ways() -> None:
    """Out, in, the group, and back out and in."""
    assert [
        ("group-egress", "allows", "sg-task"),
        ("endpoint", "allows", "vpce-logs"),
        ("acl-request", "allows", "acl-1/egress/100"),
        ("acl-request", "allows", "acl-1/ingress/100"),
        ("group-ingress", "allows", "sg-endpoint"),
        ("acl-reply", "allows", "acl-1/egress/100"),
        ("acl-reply", "allows", "acl-1/ingress/100"),
    ] == verdicts(path(private_vpc(), flow(FAR)))


def test_through_a_nat_gateway_the_boundaries_of_its_subnet_count() -> None:
    """The task's own, then the NAT's, and all of them back."""
    assert [
        ("group-egress", "allows", "sg-task"),
        ("acl-request", "allows", "acl-1/egress/100"),
        ("nat", "allows", "nat-1"),
        ("acl-request", "allows", "acl-public/ingress/100"),
        ("acl-request", "allows", "acl-public/egress/100"),
        ("acl-reply", "allows", "acl-public/ingress/100"),
        ("acl-reply", "allows", "acl-public/egress/100"),
        ("acl-reply", "allows", "acl-1/ingress/100"),
    ] == verdicts(path(nat_vpc(), flow()))


def acls(*entries: Any, public: Any = ()) -> dict[str, Any]:
    """The private and the public subnets' ACLs with entries in front."""
    return {"network_acls": (acl("acl-1", SUBNETS, *entries), acl("acl-public", ("subnet-public",), *public))}


INSTANCE = {
    "route_tables": (
        table("rtb-1", SUBNETS, Route(destination=ANY, target="eni-nat")),
        table("rtb-public", ("subnet-public",), Route(destination=ANY, target="igw-1")),
    ),
    "security_groups": (
        TASK,
        ENDPOINT,
        group("sg-nat", GroupRule(egress=False, protocol="-1", cidr="10.0.0.0/16")),
    ),
}


def nat_instance(
    *, check: bool = False, state: str = "running", groups: tuple[str, ...] = ("sg-nat",)
) -> Snapshot:
    """A NAT instance in the public subnet."""
    interface = Interface(
        id="eni-nat",
        subnet="subnet-public",
        addresses=("10.0.9.9",),
        groups=groups,
        attached_to="i-1",
        source_dest_check=check,
    )
    return nat_vpc(**INSTANCE, interfaces=(interface,), instances=(Instance(id="i-1", state=state),))


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
    "instance-group": (
        nat_instance(groups=("sg-endpoint",)),
        flow(groups=("sg-x",)),
        [("group-ingress", "sg-endpoint")],
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
    "access-excluded": (
        nat_vpc(public_access=(PublicAccess(mode="block-bidirectional", exclusions=("vpc-1",)),)),
        flow(),
        [],
    ),
}


@pytest.mark.parametrize(("snapshot", "asked", "expected"), CASES.values(), ids=CASES.keys())
def test_the_deciding_gate_is_named(snapshot: Snapshot, asked: Flow, expected: list[tuple[str, str]]) -> None:
    """What closes the path, by gate and by the id to change; nothing where the path is open."""
    assert expected == shut(snapshot, asked)


UNKNOWN: dict[str, tuple[Snapshot, Flow]] = {
    "subnets": (private_vpc(subnets=REFUSAL), flow(FAR)),
    "subnet": (private_vpc(subnets=()), flow(FAR)),
    "groups": (private_vpc(security_groups=REFUSAL), flow(FAR)),
    "no-groups": (private_vpc(), flow(FAR, groups=())),
    "acls": (private_vpc(network_acls=REFUSAL), flow(FAR)),
    "no-acl": (private_vpc(network_acls=()), flow(FAR)),
    "routes": (nat_vpc(route_tables=REFUSAL), flow()),
    "no-table": (nat_vpc(route_tables=()), flow()),
    "interfaces": (private_vpc(interfaces=REFUSAL), flow(FAR)),
    "no-interface": (private_vpc(), flow("10.0.2.200")),
    "nats": (nat_vpc(nat_gateways=REFUSAL), flow()),
    "no-nat": (nat_vpc(nat_gateways=()), flow()),
    "endpoints": (private_vpc(endpoints=REFUSAL), flow(S3_ADDRESS)),
    "no-endpoint": (private_vpc(endpoints=()), flow(S3_ADDRESS)),
    "instance": (nat_vpc(**INSTANCE), flow()),
    "prefix-list": (
        private_vpc(security_groups=(group("sg-task", TO_LIST), ENDPOINT), prefix_lists=()),
        flow(S3_ADDRESS, service_name=service("s3")),
    ),
    "transit-gateway": (routed(Route(destination=ANY, target="tgw-1")), flow()),
    "peering": (routed(Route(destination=ANY, target="pcx-1")), flow()),
    "something-new": (routed(Route(destination=ANY, target="xyz-1")), flow()),
}


@pytest.mark.parametrize(("snapshot", "asked"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_cannot_be_read_is_unknown_and_says_why(snapshot: Snapshot, asked: Flow) -> None:
    """Never open, never shut, and never without a reason."""
    hops = [hop for hop in path(snapshot, asked) if hop.verdict is not Verdict.ALLOWS]
    assert (True, {Verdict.UNKNOWN}, True) == (
        bool(hops),
        {hop.verdict for hop in hops},
        all(hop.because for hop in hops),
    )


def test_nats_whose_own_table_is_unread_are_taken_to_work() -> None:
    """The walk goes on, and says what was not read."""
    lost = nat_vpc(route_tables=(table("rtb-1", SUBNETS, Route(destination=ANY, target="nat-1")),))
    said = [hop.because for hop in path(lost, flow()) if hop.gate is Gate.NAT]
    assert ["nat-1 is available; the route table of its subnet subnet-public could not be read"] == said


def test_the_main_table_serves_subnets_without_one() -> None:
    """An implicit association."""
    main = replace(table("rtb-main", (), Route(destination=ANY, target="nat-1")), main=True)
    public = table("rtb-public", ("subnet-public",), Route(destination=ANY, target="igw-1"))
    assert [] == shut(nat_vpc(route_tables=(main, public)), flow())


def test_the_default_acl_serves_subnets_without_one() -> None:
    """An implicit association."""
    default = replace(acl("acl-0", (), deny(1, egress=True)), default=True)
    assert ("acl-request", "acl-0/egress/1") in shut(private_vpc(network_acls=(default,)), flow(FAR))


def test_within_the_vpc_no_table_is_needed() -> None:
    """The local route exists whether or not a table shows it."""
    assert [] == shut(private_vpc(route_tables=REFUSAL), flow(FAR))


def test_a_middlebox_route_beats_the_local_one() -> None:
    """A route that is more specific than the VPC's block sends traffic through an appliance."""
    appliance = Route(destination="10.0.2.0/24", target="eni-firewall")
    snapshot = private_vpc(route_tables=(table("rtb-1", SUBNETS, appliance),))
    assert [("nat", "unknown")] == [
        (hop.gate.value, hop.verdict.value)
        for hop in path(snapshot, flow(FAR))
        if hop.verdict is Verdict.UNKNOWN
    ]


def test_a_refused_part_is_listed_and_an_unasked_one_is_not() -> None:
    """Nobody refused what nobody asked for."""
    assert ((REFUSAL,), UNREAD) == (denied(private_vpc(subnets=REFUSAL)), private_vpc().hosted_zones)


def test_an_address_is_here_by_the_vpcs_blocks() -> None:
    """A VPC that could not be read holds nothing."""
    there = chart(private_vpc())
    assert (True, False, False) == (
        is_here(there, "vpc-1", "10.0.3.4"),
        is_here(there, "vpc-1", PUBLIC),
        is_here(there, "vpc-2", "10.0.3.4"),
    )
