"""The calls of Route 53 that moto lacks, DNS Firewall's, or answers wrongly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.route53 import domain_lists, rule_groups, shelf

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_SERVICE = "route53resolver"
_NOT_REPRESENTED = ("UpdateFirewallConfig", "ImportFirewallDomains")
"""The lab's firewall never fails, so there is nothing to open; and it reads no file of domains."""


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    """(service, operation) and what answers it."""

    def create_zone(call: Call) -> Mapping[str, Any]:
        made = call.forward()
        with cloud.lock:
            return _private(cloud.backend("route53"), made, call.params.get("VPC") or {})

    yield ("route53", "CreateHostedZone"), create_zone
    for operation, act in (domain_lists.ACTIONS | rule_groups.ACTIONS).items():
        yield (_SERVICE, operation), shelf.handler(cloud.firewall, act)
    for operation in _NOT_REPRESENTED:
        yield (_SERVICE, operation), shelf.refused


def _private(route53: Any, made: dict[str, Any], vpc: Mapping[str, str]) -> Mapping[str, Any]:
    """A zone that is made with a VPC is private, whether or not the request says so.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
    """
    zone = route53.get_hosted_zone(made["HostedZone"]["Id"])
    if vpc and not zone.private_zone:
        zone.private_zone = made["HostedZone"]["Config"]["PrivateZone"] = True
        zone.add_vpc(vpc["VPCId"], vpc["VPCRegion"])
    return made
