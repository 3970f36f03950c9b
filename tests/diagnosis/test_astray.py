"""Names that lead to an address that is nobody's here: who led them, and when nobody did."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.evidence.controls import FirewallRule, HostedZone, ResolverRule
from probe.evidence.snapshot import (
    Denied,
    DhcpOptions,
    ForeignEndpoint,
    GroupRule,
    Route,
    SecurityGroup,
    Snapshot,
    Vpc,
)
from probe.model import Kind, Layer, Road
from tests.builders.cases import case, everywhere, fails
from tests.builders.vpcs import (
    SUBNETS,
    VPC_CIDR,
    address,
    endpoint,
    group,
    nat_vpc,
    private_vpc,
    service,
    table,
)

NAME, HOST = "secretsmanager", "secretsmanager.us-east-1.amazonaws.com"
PUBLIC, HUB, NOBODY = "198.51.100.7", "10.100.0.10", "10.0.0.200"
OWN, OF_ANOTHER = address(NAME, SUBNETS[0]), address("logs", SUBNETS[0])
T, WRONG = Kind.TIMEOUT, Kind.CERTIFICATE_WRONG_HOST
ZONE = {"hosted_zones": (HostedZone(id="Z1", name=HOST, vpcs=("vpc-1",)),)}
OF_ANOTHER_VPC = {"hosted_zones": (HostedZone(id="Z1", name=HOST, vpcs=("vpc-2",)),)}
RULE = {"resolver_rules": (ResolverRule(id="rslvr-rr-1", domain=HOST, vpcs=("vpc-1",)),)}
BLOCK = FirewallRule(group="rslvr-frg-1", priority=1, action="BLOCK", domains=(HOST,), vpcs=("vpc-1",))
FIREWALL = {"firewall_rules": (BLOCK,)}
CUSTOM: dict[str, Any] = {
    "vpcs": (
        Vpc(id="vpc-1", cidrs=(VPC_CIDR,), dns_support=True, dns_hostnames=True, dhcp_options="dopt-1"),
    ),
    "dhcp_options": (DhcpOptions(id="dopt-1", name_servers=("10.0.2.53",)),),
}
UNREAD = Denied(action="ec2:DescribeNetworkInterfaces", resource="vpc-1", words="no")
OVER = table("rtb-1", SUBNETS, Route(destination="10.0.0.0/8", target="tgw-1"))
GONE = table("rtb-1", SUBNETS, Route(destination="10.100.0.0/16", target="pcx-1", state="blackhole"))
NO_WAY = table("rtb-1", SUBNETS, Route(destination="0.0.0.0/0", target="nat-1", state="blackhole"))
LET_IN = group("sg-hub", GroupRule(egress=False, protocol="-1", cidr="10.0.0.0/8"))
BY_REFERENCE = group("sg-hub", GroupRule(egress=False, protocol="-1", group="sg-task"))
TASK, ENDPOINT = private_vpc().security_groups  # type: ignore[misc]


def hub(*groups: SecurityGroup, **parts: Any) -> Snapshot:
    """A VPC with a transit gateway's route to a hub, whose endpoint could be read."""
    there = ForeignEndpoint(
        id="vpce-hub",
        address=HUB,
        service_name=service(NAME),
        vpc="vpc-hub",
        cidrs=("10.100.0.0/16",),
        owner="111122223333",
        groups=groups,
    )
    return private_vpc(**{"route_tables": (OVER,), "foreign_endpoints": (there,), **parts})


Row = tuple[Snapshot, str | None, Layer, Kind, list[tuple[str, str]]]
CASES: dict[str, Row] = {
    "zone": (private_vpc(**ZONE), HUB, Layer.TCP, T, [("dns-answer-foreign", "Z1")]),
    "zone-to-nobody-here": (private_vpc(**ZONE), NOBODY, Layer.TCP, T, [("dns-answer-foreign", "Z1")]),
    "zone-to-another-endpoint": (
        private_vpc(**ZONE),
        OF_ANOTHER,
        Layer.TLS,
        WRONG,
        [("dns-answer-foreign", "Z1")],
    ),
    "zone-refused": (private_vpc(**ZONE), HUB, Layer.TCP, Kind.REFUSED, [("dns-answer-foreign", "Z1")]),
    "zone-to-the-public": (nat_vpc(**ZONE), PUBLIC, Layer.TCP, T, [("dns-answer-foreign", "Z1")]),
    "zone-to-the-endpoint": (
        private_vpc(**ZONE),
        OWN,
        Layer.TLS,
        WRONG,
        [("tls-wrong-host", f"{HOST}:443")],
    ),
    "no-zone": (private_vpc(), HUB, Layer.TCP, T, [("dns-answer-foreign", f"{HOST}:443")]),
    "zone-of-another-vpc": (
        private_vpc(**OF_ANOTHER_VPC),
        HUB,
        Layer.TCP,
        T,
        [("dns-answer-foreign", f"{HOST}:443")],
    ),
    "rule-to-the-public": (
        private_vpc(**RULE),
        PUBLIC,
        Layer.TCP,
        T,
        [("resolver-rule-diverts", "rslvr-rr-1")],
    ),
    "rule-before-zone": (
        private_vpc(**RULE, **ZONE),
        HUB,
        Layer.TCP,
        T,
        [("resolver-rule-diverts", "rslvr-rr-1")],
    ),
    "firewall-before-rule": (
        private_vpc(**RULE, **FIREWALL),
        HUB,
        Layer.TCP,
        T,
        [("dns-firewall-blocks", "rslvr-frg-1")],
    ),
    "server-of-the-world": (
        private_vpc(**CUSTOM),
        PUBLIC,
        Layer.TCP,
        T,
        [("private-dns-disabled", "vpc-1")],
    ),
    "hub": (hub(LET_IN), HUB, Layer.TCP, T, [("dns-answer-foreign", "vpce-hub")]),
    "hub-by-a-zone": (hub(LET_IN, **ZONE), HUB, Layer.TCP, T, [("dns-answer-foreign", "Z1")]),
    "hub-that-admits-nobody": (
        hub(group("sg-hub"), **ZONE),
        HUB,
        Layer.TCP,
        T,
        [("endpoint-sg-blocks-ingress", "sg-hub")],
    ),
    "hub-by-reference": (
        hub(BY_REFERENCE, **ZONE),
        HUB,
        Layer.TCP,
        T,
        [("endpoint-sg-blocks-ingress", "sg-hub")],
    ),
    "hub-behind-its-own-group": (
        hub(LET_IN, **ZONE, security_groups=(replace(TASK, rules=()), ENDPOINT)),
        HUB,
        Layer.TCP,
        T,
        [("task-sg-blocks-egress", "sg-task")],
    ),
    "hub-that-let-go": (
        hub(LET_IN, **ZONE, route_tables=(GONE,)),
        HUB,
        Layer.TCP,
        T,
        [("route-blackholed", "rtb-1/10.100.0.0/16")],
    ),
    "hub-without-a-way": (
        hub(LET_IN, **ZONE, route_tables=(NO_WAY,)),
        HUB,
        Layer.TCP,
        T,
        [("dns-answer-foreign", "Z1")],
    ),
    "exit-code-with-a-zone": (private_vpc(**ZONE), None, Layer.TCP, T, [("dns-answer-foreign", "Z1")]),
}


@pytest.mark.parametrize("row", CASES.values(), ids=CASES)
def test_a_stray_address_is_blamed_on_whoever_led_there(row: Row) -> None:
    """The zone, the rule, the firewall or the name server; the right address is its own fault."""
    snapshot, at, layer, kind, expected = row
    road = Road.LOG if at is not None else Road.EXIT_CODE
    told = everywhere(*fails(NAME, layer, kind, at, road=road), besides=(NAME,))
    assert expected == [(one.code, one.subject) for one in diagnose(case(snapshot, *told))]


def test_a_hubs_endpoint_is_named_with_its_owner_and_its_blocks() -> None:
    """And its group is opened for the subnets' blocks: no reference reaches it over a transit gateway.

    No command of ours mends a network between two VPCs: the hub's side has to lead back.
    """
    told = everywhere(*fails(NAME, Layer.TCP, T, HUB), besides=(NAME,))
    (named,) = diagnose(case(hub(LET_IN, **ZONE), *told))
    (closed,) = diagnose(case(hub(BY_REFERENCE, **ZONE), *told))
    (gone,) = diagnose(case(hub(LET_IN, **ZONE, route_tables=(GONE,)), *told))
    assert "vpc-hub (10.100.0.0/16), of account 111122223333" in named.explanation
    assert (True, False) == ("CidrIp=10.0.1.0/24" in closed.fix.cli[0], "GroupId" in closed.fix.cli[0])
    assert () == gone.fix.cli


def test_a_zone_without_which_there_is_no_way_stays() -> None:
    """No command takes away the only way that somebody meant."""
    told = everywhere(*fails(NAME, Layer.TCP, T, HUB), besides=(NAME,))
    (found,) = diagnose(case(private_vpc(**ZONE, endpoints=()), *told))
    assert () == found.fix.cli


def test_without_interfaces_nobody_is_blamed_for_an_address() -> None:
    """Whose it is cannot be told, and the path itself stays unexplained."""
    told = everywhere(*fails(NAME, Layer.TCP, T, NOBODY), besides=(NAME,))
    found = diagnose(case(private_vpc(**ZONE, interfaces=UNREAD), *told))
    assert {"path-blocked-unexplained"} == {one.code for one in found}


def test_a_zone_is_mended_by_the_endpoint_it_should_lead_to() -> None:
    """Where the VPC has one; else the VPC goes without the zone."""
    told = everywhere(*fails(NAME, Layer.TCP, T, HUB), besides=(NAME,))
    here, elsewhere = (diagnose(case(make(**ZONE), *told))[0].fix.cli for make in (private_vpc, nat_vpc))
    values = ",".join(f"{{Value={address(NAME, one)}}}" for one in SUBNETS)
    assert ["change-resource-record-sets", True] == [here[0].split()[2], values in here[0]]
    assert ["disassociate-vpc-from-hosted-zone"] == [line.split()[2] for line in elsewhere]


def test_a_zone_of_nothing_but_the_name_goes_where_its_last_vpc_is_not_let_go() -> None:
    """Route 53 refuses to take a zone from its last VPC; a zone of more names is never deleted."""
    told = everywhere(*fails(NAME, Layer.TCP, T, HUB), besides=(NAME,))
    wide = HostedZone(id="Z1", name="amazonaws.com", vpcs=("vpc-1",))
    printed = diagnose(case(nat_vpc(**ZONE), *told))[0].fix.cli
    wider = diagnose(case(nat_vpc(hosted_zones=(wide,)), *told))[0].fix.cli
    assert (True, False) == ("|| {" in printed[0] and "delete-hosted-zone" in printed[0], "||" in wider[0])


def test_nothing_is_guessed_about_a_name_that_a_zone_answers() -> None:
    """Before a run: where the zone leads is not read, so that private DNS is off says nothing."""
    off = tuple(endpoint(one, private_dns=False) for one in (NAME,))
    others = [one for one in private_vpc().endpoints if one.id != off[0].id]  # type: ignore[union-attr]
    assert () == diagnose(case(private_vpc(**ZONE, endpoints=(*others, *off))))
