"""Zones, rules and firewalls as Route 53 lists them, page by page; what is refused is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from probe.evidence.controls import FirewallRule, HostedZone, ResolverRule
from probe.evidence.snapshot import Denied
from probe.launch import naming
from tests.launch.fake_route53 import Pages, Route53

VPC = "vpc-1"


def read(part: str, answers: Mapping[str, Pages | str]) -> tuple[tuple[Any, ...], list[Denied], Route53]:
    """The part, the refusals inside of it, and what was asked."""
    session, refused = Route53(answers), list[Denied]()
    action, reader = naming.parts("eu-west-1")[part]
    found = tuple(reader(session.client(action.partition(":")[0]), (VPC,), refused))
    return found, refused, session


def zone(identity: str, name: str, **owner: str) -> dict[str, Any]:
    return {"HostedZoneId": identity, "Name": name, "Owner": owner}


ZONES: dict[str, Pages | str] = {
    "ListHostedZonesByVPC": [
        {
            "HostedZoneSummaries": [zone("Z1", "corp.example.", OwningAccount="111122223333")],
            "NextToken": "n",
        },
        {
            "HostedZoneSummaries": [
                zone("Z2", "ssm.eu-west-1.amazonaws.com.", OwningService="vpce.amazonaws.com"),
                zone("Z3", "amazonaws.com.", OwningAccount="123456789012"),
            ]
        },
    ]
}


def test_zones_of_every_page_are_read_but_for_those_of_services() -> None:
    """An endpoint's private DNS is a zone of AWS's own; the VPC's region is told, which Route 53 needs."""
    found, _, session = read("hosted_zones", ZONES)
    assert (
        HostedZone(id="Z1", name="corp.example", vpcs=(VPC,), owner="111122223333"),
        HostedZone(id="Z3", name="amazonaws.com", vpcs=(VPC,), owner="123456789012"),
    ) == found
    place = {"VPCId": VPC, "VPCRegion": "eu-west-1"}
    assert [place, {**place, "NextToken": "n"}] == [params for _, params in session.asked]


def association(rule: str) -> dict[str, str]:
    return {"ResolverRuleId": rule, "VPCId": VPC}


def rule(identity: str, kind: str, domain: str, *targets: str) -> dict[str, Any]:
    named = [{"Ip": target, "Port": 53} for target in targets]
    return {"Id": identity, "RuleType": kind, "DomainName": domain, "TargetIps": named}


def test_rules_of_the_vpc_are_read_in_full() -> None:
    """Rules of other VPCs, and the one that AWS defines for everything else, are left out."""
    found, _, session = read(
        "resolver_rules",
        {
            "ListResolverRuleAssociations": [
                {"ResolverRuleAssociations": [association("rslvr-rr-1")], "NextToken": "n"},
                {
                    "ResolverRuleAssociations": [
                        association("rslvr-autodefined-rr-internet-resolver"),
                        association("rslvr-rr-2"),
                    ]
                },
            ],
            "ListResolverRules": [
                {"ResolverRules": [rule("rslvr-rr-1", "FORWARD", "corp.", "10.9.0.2")], "NextToken": "n"},
                {
                    "ResolverRules": [
                        rule("rslvr-rr-2", "SYSTEM", "aws.corp."),
                        rule("rslvr-rr-3", "FORWARD", "else."),
                    ]
                },
            ],
        },
    )
    assert (
        ResolverRule(id="rslvr-rr-1", type="FORWARD", domain="corp", vpcs=(VPC,), targets=("10.9.0.2",)),
        ResolverRule(id="rslvr-rr-2", type="SYSTEM", domain="aws.corp", vpcs=(VPC,)),
    ) == found
    assert [{"Name": "VPCId", "Values": [VPC]}] == session.asked[0][1]["Filters"]


def test_without_a_rule_nothing_more_is_asked() -> None:
    """Most VPCs have none: one call is enough to know it."""
    found, _, session = read(
        "resolver_rules", {"ListResolverRuleAssociations": [{"ResolverRuleAssociations": []}]}
    )
    assert ((), ["ListResolverRuleAssociations"]) == (found, [name for name, _ in session.asked])


FIREWALL: dict[str, Pages | str] = {
    "ListFirewallRuleGroupAssociations": [
        {
            "FirewallRuleGroupAssociations": [
                {"FirewallRuleGroupId": "rslvr-frg-1", "VpcId": VPC, "Priority": 101}
            ]
        }
    ],
    "ListFirewallRules": [
        {
            "FirewallRules": [
                {"FirewallDomainListId": "rslvr-fdl-1", "Priority": 2, "Action": "BLOCK"},
                {"FirewallDomainListId": "rslvr-fdl-1", "Priority": 3, "Action": "BLOCK", "Qtype": "MX"},
                {"FirewallThreatProtectionId": "rslvr-ftp-1", "Priority": 4, "Action": "BLOCK"},
            ]
        }
    ],
    "ListFirewallDomains": [{"Domains": ["*.example.com."], "NextToken": "n"}, {"Domains": ["example.org."]}],
}
BLOCKS = FirewallRule(
    group="rslvr-frg-1",
    group_priority=101,
    priority=2,
    action="BLOCK",
    domains=("*.example.com", "example.org"),
    vpcs=(VPC,),
)


def test_firewall_rules_have_their_domains() -> None:
    """Rules about other types of record, and those without a list, decide no address."""
    found, refused, _ = read("firewall_rules", FIREWALL)
    assert ((BLOCKS,), []) == (found, refused)


@pytest.mark.parametrize(
    ("part", "operation", "answers", "resource"),
    [
        ("firewall_rules", "ListFirewallDomains", FIREWALL, "rslvr-fdl-1"),
        ("firewall_rules", "ListFirewallRules", FIREWALL, "rslvr-frg-1"),
        (
            "resolver_rules",
            "ListResolverRules",
            {"ListResolverRuleAssociations": [{"ResolverRuleAssociations": [association("rslvr-rr-1")]}]},
            "*",
        ),
    ],
)
def test_what_is_refused_inside_a_part_is_noted(
    part: str, operation: str, answers: dict[str, Pages | str], resource: str
) -> None:
    """AWS's own domain lists are refused to everybody; the refusal names the action and what it was about."""
    _, refused, _ = read(part, answers | {operation: "AccessDeniedException"})
    assert [(f"route53resolver:{operation}", resource)] == [(one.action, one.resource) for one in refused]
