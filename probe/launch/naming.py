"""What decides names in a VPC, as Route 53 tells it: hosted zones, Resolver rules, DNS Firewall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from probe.evidence.controls import FirewallRule, HostedZone, ResolverRule
from probe.evidence.snapshot import Denied
from probe.launch.attempts import Reader, attempt

Described = Mapping[str, Any]


def parts(region: str) -> dict[str, tuple[str, Reader]]:
    """Part of the snapshot to the action that reads it, and its reader; ``region`` is the VPCs'."""
    return {
        "hosted_zones": ("route53:ListHostedZonesByVPC", partial(_hosted_zones, region)),
        "resolver_rules": ("route53resolver:ListResolverRuleAssociations", _resolver_rules),
        "firewall_rules": ("route53resolver:ListFirewallRuleGroupAssociations", _firewall_rules),
    }


def _hosted_zones(region: str, route53: Any, vpcs: tuple[str, ...], _: list[Denied]) -> Iterator[HostedZone]:
    """The customers' zones; those that a service made for itself, an endpoint's private DNS too, are its own.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZoneOwner.html
    """
    seen: dict[str, HostedZone] = {}
    for vpc in vpcs:
        for summary in _summaries(route53, vpc, region):
            if "OwningService" not in summary["Owner"]:
                known = seen.get(summary["HostedZoneId"])
                seen[summary["HostedZoneId"]] = _hosted_zone(summary, (*(known.vpcs if known else ()), vpc))
    yield from seen.values()


def _summaries(route53: Any, vpc: str, region: str) -> Iterator[Described]:
    """Page by page, by hand: botocore has no paginator for it."""
    more: dict[str, str] = {}
    while True:
        page = route53.list_hosted_zones_by_vpc(VPCId=vpc, VPCRegion=region, **more)
        yield from page["HostedZoneSummaries"]
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}


def _hosted_zone(summary: Described, vpcs: tuple[str, ...]) -> HostedZone:
    return HostedZone(
        id=summary["HostedZoneId"],
        name=summary["Name"].rstrip("."),
        vpcs=vpcs,
        owner=summary["Owner"].get("OwningAccount"),
    )


def _resolver_rules(resolver: Any, vpcs: tuple[str, ...], partial_: list[Denied]) -> Iterator[ResolverRule]:
    """The rules of the VPCs that somebody made; the one that resolves everything else is AWS's own."""
    filters = [{"Name": "VPCId", "Values": list(vpcs)}]
    bound: dict[str, list[str]] = {}
    paginate = resolver.get_paginator("list_resolver_rule_associations").paginate
    for one in (one for page in paginate(Filters=filters) for one in page["ResolverRuleAssociations"]):
        if not one["ResolverRuleId"].startswith("rslvr-autodefined-"):
            bound.setdefault(one["ResolverRuleId"], []).append(one["VPCId"])
    for described in _described(resolver, partial_) if bound else ():
        if described["Id"] in bound:
            yield _resolver_rule(described, tuple(bound[described["Id"]]))


def _described(resolver: Any, partial_: list[Denied]) -> tuple[Any, ...]:
    """Every rule that these credentials see; none, with the refusal noted, where they may not list them."""
    pages = resolver.get_paginator("list_resolver_rules").paginate()
    rules = (rule for page in pages for rule in page["ResolverRules"])
    return _or_noted(attempt(lambda: rules, "route53resolver:ListResolverRules", "*"), partial_)


def _resolver_rule(described: Described, vpcs: tuple[str, ...]) -> ResolverRule:
    targets = (one.get("Ip") or one.get("Ipv6") or "" for one in described.get("TargetIps") or ())
    return ResolverRule(
        id=described["Id"],
        type=described["RuleType"],
        domain=described["DomainName"].rstrip("."),
        vpcs=vpcs,
        targets=tuple(targets),
    )


def _firewall_rules(resolver: Any, vpcs: tuple[str, ...], partial_: list[Denied]) -> Iterator[FirewallRule]:
    paginate = resolver.get_paginator("list_firewall_rule_group_associations").paginate
    for vpc in vpcs:
        for page in paginate(VpcId=vpc):
            for association in page["FirewallRuleGroupAssociations"]:
                yield from _of_association(resolver, association, partial_)


def _of_association(resolver: Any, association: Described, partial_: list[Denied]) -> Iterator[FirewallRule]:
    group = association["FirewallRuleGroupId"]
    pages = resolver.get_paginator("list_firewall_rules").paginate(FirewallRuleGroupId=group)
    rules = (rule for page in pages for rule in page["FirewallRules"])
    for rule in _or_noted(attempt(lambda: rules, "route53resolver:ListFirewallRules", group), partial_):
        # Rules without a list are DNS Firewall Advanced's, which judges by what a name looks like.
        if rule.get("FirewallDomainListId") and rule.get("Qtype", "A") == "A":
            yield FirewallRule(
                group=group,
                group_priority=association["Priority"],
                priority=rule["Priority"],
                action=rule["Action"],
                domains=_domains(resolver, rule["FirewallDomainListId"], partial_),
                vpcs=(association["VpcId"],),
            )


def _domains(resolver: Any, listed: str, partial_: list[Denied]) -> tuple[str, ...]:
    """A list's domains; none, with the refusal noted, for AWS's own lists, which nobody may read."""
    pages = resolver.get_paginator("list_firewall_domains").paginate(FirewallDomainListId=listed)
    domains = (domain.rstrip(".") for page in pages for domain in page["Domains"])
    return _or_noted(attempt(lambda: domains, "route53resolver:ListFirewallDomains", listed), partial_)


def _or_noted(found: tuple[Any, ...] | Denied, partial_: list[Denied]) -> tuple[Any, ...]:
    if isinstance(found, Denied):
        partial_.append(found)
        return ()
    return found
