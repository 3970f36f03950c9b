"""The calls of Route 53 that moto lacks, DNS Firewall's, or answers wrongly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError
from probe.lab.route53 import domain_lists, rule_groups, shelf, zones
from probe.lab.route53.zones import plain

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_SERVICE = "route53resolver"
_NOT_REPRESENTED = ("UpdateFirewallConfig", "ImportFirewallDomains")
"""The lab's firewall never fails, so there is nothing to open; and it reads no file of domains."""


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    """(service, operation) and what answers it."""

    def create_zone(call: Call) -> Mapping[str, Any]:
        vpc = call.params.get("VPC") or {}
        with cloud.lock:
            _check_free(cloud, call.params["Name"], vpc)
            return _private(cloud.backend("route53"), call.forward(), vpc)

    def associate(call: Call) -> Mapping[str, Any]:
        with cloud.lock:
            zone = cloud.backend("route53").get_hosted_zone(call.params["HostedZoneId"])
            _check_free(cloud, zone.name, call.params["VPC"])
        return call.forward()

    yield ("route53", "CreateHostedZone"), create_zone
    yield ("route53", "AssociateVPCWithHostedZone"), associate
    yield ("route53", "ChangeResourceRecordSets"), _change
    for operation, act in (domain_lists.ACTIONS | rule_groups.ACTIONS).items():
        yield (_SERVICE, operation), shelf.handler(cloud.firewall, act)
    for operation in _NOT_REPRESENTED:
        yield (_SERVICE, operation), shelf.refused


def _check_free(cloud: Cloud, name: str, vpc: Mapping[str, str]) -> None:
    """Refuse a domain that the VPC has a private zone for, be it an endpoint's private DNS.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html
    """
    domain = plain(name)
    if vpc and any(one.domain == domain for one in zones.every(cloud, vpc["VPCId"])):
        text = f"The domain {domain} conflicts with another private zone of {vpc['VPCId']}"
        raise ApiError("ConflictingDomainExists", text)


def _change(call: Call) -> Mapping[str, Any]:
    """Records between which AWS chooses at each question are none that a scenario can expect."""
    for change in call.params["ChangeBatch"]["Changes"]:
        record = change["ResourceRecordSet"]
        if record.get("SetIdentifier") and not record.get("MultiValueAnswer"):
            text = f"the lab lacks this: the routing policy of record {record['Name']}"
            raise ApiError("NotImplemented", text, 501)
    return call.forward()


def _private(route53: Any, made: dict[str, Any], vpc: Mapping[str, str]) -> Mapping[str, Any]:
    """A zone that is made with a VPC is private, whether or not the request says so.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
    """
    zone = route53.get_hosted_zone(made["HostedZone"]["Id"])
    if vpc and not zone.private_zone:
        zone.private_zone = made["HostedZone"]["Config"]["PrivateZone"] = True
        zone.add_vpc(vpc["VPCId"], vpc["VPCRegion"])
    return made
