"""The walk: every gate between a task and where it goes, and who decides there."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe.evidence.flows import Flow, Gate, Hop, Verdict
from probe.evidence.snapshot import UNREAD, Route, Snapshot, denied
from probe.evidence.walk import closed, path
from tests.builders.vpcs import (
    ANY,
    SUBNETS,
    acl,
    deny,
    nat_vpc,
    private_vpc,
    table,
)
from tests.evidence.unreadable import UNKNOWN
from tests.evidence.walks import CASES, FAR, NEAR, REFUSAL, flow


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


@pytest.mark.parametrize(("snapshot", "asked", "expected"), CASES.values(), ids=CASES.keys())
def test_the_deciding_gate_is_named(snapshot: Snapshot, asked: Flow, expected: list[tuple[str, str]]) -> None:
    """What closes the path, by gate and by the id to change; nothing where the path is open."""
    assert expected == shut(snapshot, asked)


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
    words = "nat-1 forwards what it is sent; the route table of its subnet subnet-public could not be read"
    assert [words] == said


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
