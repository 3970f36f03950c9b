"""Names: silent servers, blocked transports, wrong answers, and the settings behind them."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.evidence.controls import FirewallRule, HostedZone, ResolverRule
from probe.evidence.snapshot import DhcpOptions, GroupRule, Interface, Snapshot, Vpc
from probe.model import (
    Confidence,
    Failure,
    Kind,
    Layer,
    Observation,
    Outcome,
    Road,
    Severity,
    Status,
)
from tests.builders.cases import TARGETS, case, everywhere, fails, others, outcome, target, works
from tests.builders.vpcs import ANY, SUBNETS, VPC_CIDR, acl, deny, group, private_vpc, service

SERVER, AMAZON = "10.0.2.53", "10.0.0.2"
CUSTOM = {
    "vpcs": (
        Vpc(id="vpc-1", cidrs=(VPC_CIDR,), dns_support=True, dns_hostnames=True, dhcp_options="dopt-1"),
    ),
    "dhcp_options": (DhcpOptions(id="dopt-1", name_servers=(SERVER,)),),
    "interfaces": (
        *private_vpc().interfaces,  # type: ignore[misc]
        Interface(id="eni-dns", subnet="subnet-b", addresses=(SERVER,), groups=("sg-dns",)),
    ),
}
OPEN_DNS = group("sg-dns", GroupRule(egress=False, protocol="-1", cidr=ANY))
TASK, ENDPOINT = private_vpc().security_groups  # type: ignore[misc]
OFF = Vpc(id="vpc-1", cidrs=(VPC_CIDR,), dns_support=False, dns_hostnames=True)


def custom(*groups: Any, **parts: Any) -> Snapshot:
    """A VPC whose name server is a host of its own."""
    return private_vpc(**CUSTOM | parts, security_groups=(*(groups or (TASK, OPEN_DNS)), ENDPOINT))


def asked(operation: str, kind: Kind | None, server: str = SERVER) -> Observation:
    """One question to one server."""
    failure = None if kind is None else Failure(operation=operation, kind=kind, words="no")
    return Observation(
        target="logs",
        layer=Layer.DNS,
        operation=operation,
        status=Status.PASS if kind is None else Status.FAIL,
        address=server,
        failure=failure,
    )


def resolves(
    system: Kind | None, udp: Kind | None, tcp: Kind | None, server: str = SERVER
) -> tuple[Outcome, ...]:
    """The logs name, asked three ways from the first subnet."""
    steps = (
        replace(asked("resolve-system", system), address=None),
        asked("resolve-udp", udp, server),
        asked("resolve-tcp", tcp, server),
    )
    rest = works(*others("logs"))
    above = works(target("logs"))[1:] if system is None else ()
    return (
        outcome("subnet-a", *steps, *above, *rest),
        *(outcome(one, *works(*TARGETS)) for one in SUBNETS[1:]),
    )


T, LOST = Kind.TIMEOUT, Kind.SERVER_FAILURE
NO_53 = group("sg-task", GroupRule(egress=True, protocol="tcp", ports=(443, 443), cidr=ANY))
UDP_ONLY = group(
    "sg-task",
    GroupRule(egress=True, protocol="udp", ports=(53, 53), cidr=ANY),
    GroupRule(egress=True, protocol="tcp", ports=(443, 443), cidr=ANY),
)
CASES: dict[str, tuple[Snapshot, tuple[Outcome, ...], list[tuple[str, str]]]] = {
    "silent-by-group": (
        custom(NO_53, OPEN_DNS),
        resolves(LOST, T, T),
        [("dns-resolver-unreachable", "sg-task")],
    ),
    "silent-by-its-group": (
        custom(TASK, group("sg-dns")),
        resolves(LOST, T, T),
        [("dns-resolver-unreachable", "sg-dns")],
    ),
    "silent-by-acl": (
        custom(network_acls=(acl("acl-1", SUBNETS, replace(deny(9, egress=True), protocol="-1")),)),
        resolves(LOST, T, T),
        [("dns-resolver-unreachable", "acl-1/egress/9")],
    ),
    "silent-and-more-by-group": (
        custom(group("sg-task"), OPEN_DNS),
        resolves(LOST, T, T),
        [("dns-resolver-unreachable", "sg-task")],
    ),
    "silent-and-without-endpoint": (
        custom(endpoints=tuple(one for one in private_vpc().endpoints if one.id != "vpce-logs")),  # type: ignore[union-attr]
        resolves(LOST, T, T),
        [("dns-resolver-unreachable", "dopt-1"), ("vpc-endpoint-missing", service("logs"))],
    ),
    "silent-by-itself": (custom(), resolves(LOST, T, T), [("dns-resolver-unreachable", "dopt-1")]),
    "tcp-by-group": (custom(UDP_ONLY, OPEN_DNS), resolves(None, None, T), [("dns-tcp-blocked", "sg-task")]),
    "udp-by-options": (custom(), resolves(LOST, T, None), [("dns-udp-blocked", "dopt-1")]),
    "amazon-silent": (
        private_vpc(vpcs=(OFF,)),
        resolves(LOST, T, T, AMAZON),
        [("dns-support-disabled", "vpc-1")],
    ),
    "amazon-mute": (private_vpc(), resolves(LOST, T, T, AMAZON), [("dns-resolver-unreachable", "vpc-1")]),
    "amazon-over-tcp": (private_vpc(), resolves(None, None, T, AMAZON), []),
    "absent": (
        private_vpc(),
        resolves(Kind.NAME_NOT_FOUND, Kind.NAME_NOT_FOUND, Kind.NAME_NOT_FOUND, AMAZON),
        [("dns-name-not-found", "vpc-1")],
    ),
    "absent-in-zone": (
        private_vpc(hosted_zones=(HostedZone(id="Z1", name="amazonaws.com", vpcs=("vpc-1",)),)),
        resolves(Kind.NAME_NOT_FOUND, Kind.NAME_NOT_FOUND, Kind.NAME_NOT_FOUND, AMAZON),
        [("dns-name-not-found", "Z1")],
    ),
    "failing": (
        custom(),
        resolves(LOST, Kind.QUERY_REFUSED, Kind.QUERY_REFUSED),
        [("dns-server-failure", SERVER)],
    ),
    "firewall": (
        private_vpc(
            firewall_rules=(
                FirewallRule(
                    group="rslvr-frg-1",
                    priority=1,
                    action="BLOCK",
                    domains=("*.amazonaws.com.",),
                    vpcs=("vpc-1",),
                ),
            )
        ),
        resolves(Kind.NO_DATA, Kind.NO_DATA, Kind.NO_DATA, AMAZON),
        [("dns-firewall-blocks", "rslvr-frg-1")],
    ),
    "diverted": (
        private_vpc(resolver_rules=(ResolverRule(id="rslvr-rr-1", domain="amazonaws.com", vpcs=("vpc-1",)),)),
        resolves(LOST, LOST, LOST, AMAZON),
        [("resolver-rule-diverts", "rslvr-rr-1")],
    ),
}


@pytest.mark.parametrize(("snapshot", "outcomes", "expected"), CASES.values(), ids=CASES.keys())
def test_a_name_that_fails_has_one_cause(
    snapshot: Snapshot, outcomes: tuple[Outcome, ...], expected: list[tuple[str, str]]
) -> None:
    """The group, NACL, options, rule or VPC that explains it; port 53 raises DNS codes only."""
    found = diagnose(case(snapshot, *outcomes))
    assert expected == [(one.code, one.subject) for one in found]


def test_without_dns_nothing_else_is_guessed() -> None:
    """Before a run, a VPC whose DNS is off has that one hypothesis, not one more for each name."""
    found = diagnose(case(private_vpc(vpcs=(OFF,))))
    assert [("dns-support-disabled", "vpc-1", Confidence.INFERRED)] == [
        (one.code, one.subject, one.confidence) for one in found
    ]


def test_a_blocked_transport_beside_answers_is_a_warning() -> None:
    """Every answer fitted UDP today."""
    found = diagnose(case(custom(UDP_ONLY, OPEN_DNS), *resolves(None, None, T)))
    assert [Severity.WARNING] == [one.severity for one in found]


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("silent-by-group", "authorize-security-group-egress"),
        ("silent-by-its-group", "authorize-security-group-ingress"),
        ("silent-by-acl", "create-network-acl-entry"),
        ("silent-and-more-by-group", "FromPort=53"),
        ("silent-and-more-by-group", "FromPort=443"),
        ("silent-by-itself", "create-dhcp-options"),
        ("amazon-silent", "modify-vpc-attribute"),
        ("firewall", "list-firewall-rule-group-associations"),
        ("diverted", "disassociate-resolver-rule"),
        ("amazon-mute", ""),
    ],
)
def test_the_fix_is_for_what_explains_it(name: str, command: str) -> None:
    """Opened for both transports, or led back to the VPC's own resolver."""
    snapshot, outcomes, _ = CASES[name]
    lines = "\n".join(diagnose(case(snapshot, *outcomes))[0].fix.cli)
    assert command in lines


def test_a_server_that_refuses_beside_one_that_knows_is_a_warning() -> None:
    """Names resolve for whoever goes on to the second one; what fails in one transport alone says nothing."""

    def found(tcp: Kind | None) -> list[tuple[str, str, Severity]]:
        first, *rest = resolves(None, Kind.QUERY_REFUSED, tcp)
        both = replace(first, observations=(asked("resolve-udp", None, AMAZON), *first.observations))
        told = diagnose(case(custom(), both, *rest))
        return [(one.code, one.subject, one.severity) for one in told]

    assert [("dns-server-failure", SERVER, Severity.WARNING)] == found(Kind.QUERY_REFUSED)
    assert [] == found(None)


def test_a_rule_that_is_the_only_way_is_not_taken_away() -> None:
    """Without it the name would lead to a public address, which the subnet has no way to."""
    snapshot, outcomes, _ = CASES["diverted"]
    assert () == diagnose(case(replace(snapshot, endpoints=()), *outcomes))[0].fix.cli


def test_an_exit_code_finds_the_closed_way_to_a_name_server() -> None:
    """The code carries no server; the DHCP options name it, and the group shuts it off."""
    steps = fails("logs", Layer.DNS, Kind.UNKNOWN, road=Road.EXIT_CODE)
    found = diagnose(case(custom(NO_53, OPEN_DNS), *everywhere(*steps, besides=("logs",))))
    assert [("dns-resolver-unreachable", "sg-task", Confidence.CORROBORATED)] == [
        (one.code, one.subject, one.confidence) for one in found
    ]


def test_an_exit_code_without_a_reason_is_a_name_not_found() -> None:
    """The layer is known, and nothing more."""
    steps = fails("logs", Layer.DNS, Kind.UNKNOWN, road=Road.EXIT_CODE)
    found = diagnose(case(private_vpc(vpcs=(OFF,)), *everywhere(*steps, besides=("logs",))))
    assert ["dns-support-disabled"] == [one.code for one in found]


def test_new_options_repeat_what_the_old_ones_say_besides() -> None:
    """The domain and the time servers of a VPC are not the price of its names."""
    options = DhcpOptions(
        id="dopt-1",
        name_servers=(SERVER,),
        others=(("domain-name", ("corp.example",)), ("ntp-servers", ("10.0.0.9", "10.0.1.9"))),
    )
    (found,) = diagnose(case(custom(dhcp_options=(options,)), *resolves(LOST, T, T)))
    assert (
        "dhcp=$(aws ec2 create-dhcp-options --region us-east-1 --dhcp-configurations "
        "Key=domain-name-servers,Values=AmazonProvidedDNS Key=domain-name,Values=corp.example "
        "Key=ntp-servers,Values=10.0.0.9,10.0.1.9 --query DhcpOptions.DhcpOptionsId --output text)"
    ) == found.fix.cli[0]
