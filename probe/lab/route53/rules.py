"""Resolver rules: which questions of a VPC leave it, from which interfaces, and where they go.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-forward-vpc-to-network-using-rules.html
The caller holds the cloud's lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from probe.lab.route53.zones import plain

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_DNS = 53


@dataclass(frozen=True)
class Rule:
    """A rule of a VPC; ``domain`` is empty for all names.

    ``sources`` are the interfaces of the outbound endpoint, ``targets`` addresses and ports; a SYSTEM rule,
    which keeps a domain at home, has neither.
    """

    id: str
    domain: str
    forwards: bool
    sources: tuple[str, ...] = ()
    targets: tuple[tuple[str, int], ...] = ()


def of_vpc(cloud: Cloud, vpc_id: str) -> Iterator[Rule]:
    """The rules associated with a VPC."""
    resolver = cloud.backend("route53resolver")
    for association in resolver.resolver_rule_associations.values():
        rule = resolver.resolver_rules.get(association.resolver_rule_id)
        if association.vpc_id == vpc_id and rule is not None:
            yield _rule(resolver, rule)


def _rule(resolver: Any, rule: Any) -> Rule:
    endpoint = resolver.resolver_endpoints.get(rule.resolver_endpoint_id)
    targets = ((one["Ip"], int(one.get("Port") or _DNS)) for one in rule.target_ips or () if one.get("Ip"))
    return Rule(
        id=rule.id,
        domain=plain(rule.domain_name),
        forwards=rule.rule_type == "FORWARD",
        sources=tuple(endpoint.eni_ids) if endpoint is not None else (),
        targets=tuple(targets),
    )
