"""Questions to a snapshot besides the walk: fits, policies, names, endpoints."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe.evidence import dns, fits, vpc_endpoints
from probe.evidence.controls import FirewallRule, HostedZone, ResolverRule
from probe.evidence.fits import Fit
from probe.evidence.flows import Verdict
from probe.evidence.places import chart
from probe.evidence.policies import admits
from probe.evidence.snapshot import DhcpOptions, PrefixList, Vpc
from tests.builders.vpcs import ANY, VPC_CIDR, endpoint, gateway, private_vpc, service


@pytest.mark.parametrize(
    ("rule", "flow", "fit"),
    [
        (ANY, "10.0.0.1/32", Fit.WHOLLY),
        ("10.0.0.0/16", "10.0.1.0/24", Fit.WHOLLY),
        ("10.0.1.0/25", "10.0.1.0/24", Fit.PARTLY),
        ("10.0.2.0/24", "10.0.1.0/24", Fit.NO),
        ("::/0", "10.0.1.0/24", Fit.NO),
        ("10.0.0.0/8", ANY, Fit.NO),
        ("52.94.0.0/16", ANY, Fit.PARTLY),
        (ANY, ANY, Fit.WHOLLY),
    ],
)
def test_a_cidr_covers_wholly_partly_or_not(rule: str, flow: str, fit: Fit) -> None:
    """Some public address is not in a private block, and may be in a public one."""
    assert fit == fits.cidr_fit(rule, flow)


@pytest.mark.parametrize(
    ("rule", "fit"),
    [
        (None, Fit.WHOLLY),
        ((1024, 65535), Fit.WHOLLY),
        ((49152, 65535), Fit.PARTLY),
        ((80, 443), Fit.NO),
        ((61000, 65535), Fit.NO),
    ],
)
def test_ports_are_covered_wholly_partly_or_not(rule: tuple[int, int] | None, fit: Fit) -> None:
    """Against the range that replies to a Linux task go to."""
    assert fit == fits.ports_fit(rule, (32768, 60999))


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("10.1.2.3", True),
        ("100.64.0.9", True),
        ("192.0.2.1", False),
        ("198.51.100.1", False),
        ("fd00::1", True),
        ("2600::1", False),
    ],
)
def test_private_is_what_a_vpc_can_hold(address: str, private: object) -> None:
    """Documentation ranges are public, whatever Python calls them."""
    assert private == fits.is_private(address)


def test_an_empty_prefix_list_covers_nothing() -> None:
    """Nor does a foreign protocol."""
    assert (Fit.NO, Fit.NO) == (
        fits.list_fit(PrefixList(id="pl", name="n", cidrs=()), ANY),
        fits.protocol_fit("17", fits.TCP),
    )


def _policy(*statements: str) -> str:
    return f'{{"Version": "2012-10-17", "Statement": [{", ".join(statements)}]}}'


ALLOW = '{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}'
DENY = '{"Sid": "No", "Effect": "Deny", "Action": ["s3:Get?bject"], "Resource": "arn:aws:s3:::b/*"}'
MAYBE = '{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"a": "b"}}}'
MAYBE_NOT = '{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"a": "b"}}}'
EXCEPT = '{"Effect": "Allow", "NotAction": "s3:GetObject", "NotResource": "arn:aws:s3:::b/*"}'


@pytest.mark.parametrize(
    ("document", "verdict", "statement"),
    [
        (None, Verdict.ALLOWS, None),
        (_policy(ALLOW), Verdict.ALLOWS, "statement 1"),
        (_policy(ALLOW, DENY), Verdict.BLOCKS, "No"),
        (_policy(), Verdict.BLOCKS, None),
        (_policy(MAYBE), Verdict.UNKNOWN, "statement 1"),
        (_policy(ALLOW, MAYBE_NOT), Verdict.UNKNOWN, "statement 2"),
        (_policy(EXCEPT), Verdict.BLOCKS, None),
        (f'{{"Statement": {ALLOW}}}', Verdict.ALLOWS, "statement 1"),
        ("not a policy", Verdict.UNKNOWN, None),
        ("[1]", Verdict.UNKNOWN, None),
        ('{"Statement": ["x"]}', Verdict.BLOCKS, None),
    ],
)
def test_a_policy_admits_denies_or_cannot_tell(
    document: str | None, verdict: Verdict, statement: str | None
) -> None:
    """A denial outweighs an allowance, and a condition could decide either way."""
    ruling = admits(document, "s3:GetObject", "arn:aws:s3:::b/key")
    assert (verdict, statement) == (ruling.verdict, ruling.statement)


@pytest.mark.parametrize(("action", "admitted"), [("S3:getobject", True), ("s3:PutObject", False)])
def test_actions_fold_case(action: str, admitted: object) -> None:
    """IAM does not tell cases of actions apart."""
    document = _policy('{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}')
    assert admitted == (admits(document, action, "x").verdict is Verdict.ALLOWS)


def _rule(action: str, *domains: str, priority: int = 1, vpc: str = "vpc-1", group: int = 1) -> FirewallRule:
    return FirewallRule(
        group="g", group_priority=group, priority=priority, action=action, domains=domains, vpcs=(vpc,)
    )


@pytest.mark.parametrize(
    ("rules", "blocks"),
    [
        ((_rule("BLOCK", "*.amazonaws.com"),), True),
        ((_rule("BLOCK", "logs.us-east-1.amazonaws.com."),), True),
        ((_rule("BLOCK", "*"),), True),
        ((_rule("BLOCK", "*.logs.us-east-1.amazonaws.com"),), False),
        ((_rule("ALLOW", "*.amazonaws.com"), _rule("BLOCK", "*", priority=2)), False),
        ((_rule("ALERT", "*"),), False),
        ((_rule("BLOCK", "*", group=2), _rule("ALLOW", "*", priority=9, group=1)), False),
        ((_rule("BLOCK", "*", vpc="vpc-2"),), False),
        ((), False),
    ],
)
def test_the_first_firewall_rule_that_covers_a_name_decides(
    rules: tuple[FirewallRule, ...], blocks: object
) -> None:
    """By the group's priority, then its own, in this VPC only; a wildcard leaves the domain itself out."""
    there = chart(private_vpc(firewall_rules=rules))
    assert blocks == (dns.firewall_rule(there, "vpc-1", "logs.us-east-1.amazonaws.com") is not None)


def test_the_most_specific_rule_or_zone_decides() -> None:
    """The root domain covers every name."""
    rules = tuple(
        ResolverRule(id=domain, domain=domain, vpcs=("vpc-1",)) for domain in (".", "amazonaws.com", "x.org")
    )
    zones = (
        HostedZone(id="Z1", name="com", vpcs=("vpc-1",)),
        HostedZone(id="Z2", name="amazonaws.com", vpcs=("vpc-2",)),
    )
    there = chart(private_vpc(resolver_rules=rules, hosted_zones=zones))
    rule = dns.resolver_rule(there, "vpc-1", "a.amazonaws.com")
    zone = dns.hosted_zone(there, "vpc-1", "a.com")
    assert ("amazonaws.com", "Z1", None) == (
        rule and rule.id,
        zone and zone.id,
        dns.hosted_zone(there, "vpc-3", "a.com"),
    )


def _forwards(domain: str, kind: str = "FORWARD") -> ResolverRule:
    return ResolverRule(id=domain, domain=domain, type=kind, vpcs=("vpc-1",))


@pytest.mark.parametrize(
    ("rules", "domain", "hostnames", "decides"),
    [
        ((_forwards("corp.example"),), "corp.example", True, "rule"),
        ((_forwards("example"),), "corp.example", True, "zone"),
        ((_forwards("a.corp.example"),), "corp.example", True, "rule"),
        ((_forwards("example"), _forwards("corp.example", "SYSTEM")), "corp.example", True, "zone"),
        ((_forwards("example"), _forwards("corp.example", "SYSTEM")), "other.example", True, None),
        ((_forwards("example"),), "corp.example", False, "rule"),
        ((), "corp.example", False, None),
    ],
)
def test_a_rule_or_a_zone_decides_a_name(
    rules: tuple[ResolverRule, ...], domain: str, hostnames: object, decides: object
) -> None:
    """The longer domain; a rule before a zone of the same; a zone only where the VPC has host names."""
    vpc = Vpc(id="vpc-1", cidrs=(VPC_CIDR,), dns_support=True, dns_hostnames=bool(hostnames))
    zones = (HostedZone(id="Z1", name=domain, vpcs=("vpc-1",)),)
    there = chart(private_vpc(vpcs=(vpc,), resolver_rules=rules, hosted_zones=zones))
    found = {"rule": dns.resolver_rule, "zone": dns.hosted_zone}
    deciding = [kind for kind, ask in found.items() if ask(there, "vpc-1", "a.corp.example") is not None]
    assert ([] if decides is None else [decides]) == deciding


def test_custom_name_servers_are_those_that_are_not_the_vpcs_own() -> None:
    """AmazonProvidedDNS by name, by its address in each block, or link-local."""
    servers = ("AmazonProvidedDNS", "10.0.0.2", "10.1.0.2", "169.254.169.253", "10.0.0.53")
    vpc = Vpc(id="vpc-1", cidrs=(VPC_CIDR, "10.1.0.0/16", "fd00::/64"), dhcp_options="dopt-1")
    there = chart(private_vpc(vpcs=(vpc,), dhcp_options=(DhcpOptions(id="dopt-1", name_servers=servers),)))
    assert (("10.0.0.53",), ()) == (dns.custom_servers(there, "vpc-1"), dns.custom_servers(there, "vpc-2"))


def test_an_endpoint_that_answers_names_is_preferred() -> None:
    """Two for one service: private DNS, then availability."""
    quiet = endpoint("logs", id="vpce-1", private_dns=False)
    pending = endpoint("logs", id="vpce-2", state="pending")
    snapshot = private_vpc(endpoints=(quiet, pending, endpoint("logs"), gateway("rtb-1")))
    chosen = vpc_endpoints.interface_for(snapshot, service("logs"))
    assert ("vpce-logs", None, None) == (
        chosen and chosen.id,
        vpc_endpoints.interface_for(snapshot, service("sts")),
        vpc_endpoints.gateway_for(snapshot, service("logs")),
    )


def test_names_lead_to_an_endpoint_only_with_all_three_switches() -> None:
    """The endpoint's and both of the VPC's; an attribute that could not be read is taken to be on."""
    snapshot = private_vpc()
    vpc = snapshot.vpcs[0]  # type: ignore[index]
    off = [replace(vpc, dns_support=False), replace(vpc, dns_hostnames=False)]
    leads = [vpc_endpoints.addresses(private_vpc(vpcs=(one,)), "vpc-1", service("logs")) for one in off]
    unread = vpc_endpoints.addresses(private_vpc(vpcs=()), "vpc-1", service("logs"))
    assert ([(), ()], 3) == (leads, len(unread))


def test_a_vpc_is_built_on_customer_made_endpoints() -> None:
    """One that AWS manages for itself says nothing."""
    managed = private_vpc(endpoints=(endpoint("logs", requester_managed=True),))
    asked = (service("logs"),)
    assert (1, 0) == (
        len(vpc_endpoints.built_on_endpoints(private_vpc(), asked)),
        len(vpc_endpoints.built_on_endpoints(managed, asked)),
    )


def test_an_endpoint_without_groups_has_those_of_its_interfaces() -> None:
    """And none where they cannot be read."""
    there, blind = chart(private_vpc()), chart(private_vpc(interfaces=()))
    bare = endpoint("logs", groups=())
    assert (("sg-endpoint",), ()) == (
        vpc_endpoints.groups_of(there, bare),
        vpc_endpoints.groups_of(blind, bare),
    )
