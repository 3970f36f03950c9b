# ruff: noqa: SLF001 - moto's own fields are what is mended here.
"""VPC endpoints: their interfaces' groups, their DNS names, the prefix-list routes of gateways."""

from __future__ import annotations

import inspect
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from probe.lab.api.errors import ApiError
from probe.lab.cloud import backends
from probe.lab.cloud.repairs.interfaces import own
from probe.lab.cloud.repairs.replacing import replace
from probe.lab.names import private_zones, service_of_endpoint

_INBOUND_ONLY = "PrivateDnsOnlyForInboundResolverEndpoint"


def _made(original: Callable[..., Any]) -> Callable[..., Any]:
    names = inspect.signature(original)

    def create(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = names.bind(self, *args, **kwargs).arguments
        del given["self"]
        interface = str(given.get("endpoint_type") or "Gateway").lower() == "interface"
        given["endpoint_type"] = "Interface" if interface else "Gateway"
        given["route_table_ids"] = list(given.get("route_table_ids") or [])
        if not isinstance(given.get("policy_document"), str | None):
            given["policy_document"] = json.dumps(given["policy_document"])
        if interface:
            _check_interface(self, given)
        else:
            given["private_dns_enabled"] = False
        endpoint = original(self, **given)
        if interface:
            _dress(self, endpoint)
        follow(self)
        return endpoint

    return create


def _check_interface(backend: Any, given: dict[str, Any]) -> None:
    vpc = backend.get_vpc(given["vpc_id"])
    given["subnet_ids"] = list(given.get("subnet_ids") or [])
    given["security_group_ids"] = list(given.get("security_group_ids") or []) or [
        backend.get_default_security_group(vpc.id).id
    ]
    if given.get("private_dns_enabled") is None:
        given["private_dns_enabled"] = True
    _check_zones(backend, given["subnet_ids"])
    if given["private_dns_enabled"]:
        check_private_dns(backend, vpc, given["service_name"])


def _check_zones(backend: Any, subnet_ids: Iterable[str]) -> None:
    from moto.ec2.exceptions import EC2ClientError

    zones = [backend.get_subnet(subnet_id).availability_zone for subnet_id in subnet_ids]
    for zone in {zone for zone in zones if zones.count(zone) > 1}:
        text = f"Found another VPC endpoint subnet in the availability zone of {zone}"
        raise EC2ClientError("DuplicateSubnetsInSameZone", text)


def check_private_dns(backend: Any, vpc: Any, service_name: str, but: str = "") -> None:
    """Refuse private DNS where AWS does: the VPC lacks an attribute, or the names are taken."""
    from moto.ec2.exceptions import EC2ClientError

    if not (_true(vpc.enable_dns_support) and _true(vpc.enable_dns_hostnames)):
        text = (
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes "
            f"set to true for {vpc.id}"
        )
        raise EC2ClientError("InvalidParameter", text)
    domain = _zone(service_name, backend.region_name)
    others = (one for one in backend.vpc_end_points.values() if one.vpc_id == vpc.id and one.id != but)
    named = any(one.service_name == service_name and one.private_dns_enabled for one in others)
    if named or domain in _hosted(backend, vpc.id):
        text = "private-dns-enabled cannot be set because there is already a conflicting DNS domain"
        raise EC2ClientError("InvalidParameter", f"{text} for {domain} in the VPC {vpc.id}")


def _hosted(backend: Any, vpc: str) -> frozenset[str]:
    """The domains of a VPC's private hosted zones, which an endpoint's zone cannot stand beside.

    https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """
    zones = backends.backend("route53", backend.account_id, backend.region_name).zones.values()
    mine = (one for one in zones if one.private_zone and any(each["vpc_id"] == vpc for each in one.vpcs))
    return frozenset(one.name.rstrip(".").lower() for one in mine)


def _true(value: Any) -> bool:
    return str(value).lower() == "true"


def _zone(service_name: str, region: str) -> str:
    service = service_of_endpoint(service_name)
    return private_zones(service.suffix if service else service_name, region)[0]


def _dress(backend: Any, endpoint: Any) -> None:
    """Give an interface endpoint's interfaces their identity, and itself its DNS names."""
    groups = [backend.get_security_group_from_id(group_id) for group_id in endpoint.security_group_ids]
    for eni_id in endpoint.network_interface_ids:
        own(
            backend.enis[eni_id],
            kind="vpc_endpoint",
            description=f"VPC Endpoint Interface {endpoint.id}",
            groups=list(groups),
        )
    endpoint.dns_entries = _dns_entries(backend, endpoint)


def _dns_entries(backend: Any, endpoint: Any) -> list[dict[str, str]]:
    known = getattr(endpoint, "lab_label", None)
    label = known or f"{endpoint.id}-{secrets.token_hex(4)}"
    endpoint.lab_label = label
    stem, _, tail = _zone(endpoint.service_name, backend.region_name).partition(".amazonaws.com")
    below = f"{stem.removeprefix('dkr.')}.vpce.amazonaws.com{tail}"
    if "dkr." in stem:
        below = f"dkr.{below}"
    zones = [backend.get_subnet(subnet_id).availability_zone for subnet_id in endpoint.subnet_ids or []]
    names = [f"{label}.{below}", *(f"{label}-{zone}.{below}" for zone in zones)]
    if endpoint.private_dns_enabled:
        service = service_of_endpoint(endpoint.service_name)
        names.extend(private_zones(service.suffix, backend.region_name) if service else ())
    return [{"dns_name": name, "hosted_zone_id": "Z7HUB22UULQXV"} for name in names]


def _modified(original: Callable[..., Any]) -> Callable[..., Any]:
    def modify(self: Any, vpc_id: str, *args: Any, **kwargs: Any) -> None:
        endpoint = self.describe_vpc_endpoints(vpc_end_point_ids=[vpc_id])[0]
        original(self, vpc_id, *args, **kwargs)
        if endpoint.vpc_endpoint_type == "Interface":
            _check_zones(self, endpoint.subnet_ids)
            _follow_subnets(self, endpoint)
            _dress(self, endpoint)
        follow(self)

    return modify


def _follow_subnets(backend: Any, endpoint: Any) -> None:
    have = {backend.enis[eni_id].subnet.id: eni_id for eni_id in endpoint.network_interface_ids}
    for subnet_id in have.keys() - set(endpoint.subnet_ids):
        backend.enis.pop(have[subnet_id])
        endpoint.network_interface_ids.remove(have[subnet_id])
    for subnet_id in endpoint.subnet_ids:
        if subnet_id not in have:
            endpoint.network_interface_ids.append(backend.create_network_interface(subnet_id, "").id)


def _deleted(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(self: Any, vpce_ids: list[str] | None = None) -> None:
        for vpce_id in vpce_ids or []:
            endpoint = self.vpc_end_points.get(vpce_id)
            if endpoint:
                endpoint.route_table_ids = []
        follow(self)
        original(self, vpce_ids)
        for vpce_id in vpce_ids or []:
            self.vpc_end_points.pop(vpce_id, None)

    return delete


def follow(backend: Any) -> None:
    """Make the prefix-list routes of gateway endpoints what their route table associations say."""
    for endpoint in backend.vpc_end_points.values():
        if endpoint.vpc_endpoint_type != "Gateway":
            continue
        for table in backend.route_tables.values():
            route_id = f"{table.id}~{endpoint.destination_prefix_list_id}"
            wanted = table.id in endpoint.route_table_ids
            if wanted and route_id not in table._routes:
                backend.create_route(
                    table.id,
                    None,
                    gateway_id=endpoint.id,
                    destination_prefix_list_id=endpoint.destination_prefix_list_id,
                )
            elif not wanted and route_id in table._routes and table._routes[route_id].gateway is endpoint:
                del table._routes[route_id]


def _filtered(original: Callable[..., Any]) -> Callable[..., Any]:
    def value(self: Any, name: str, method: str | None = None) -> Any:
        more = {"vpc-id": self.vpc_id, "service-name": self.service_name, "vpc-endpoint-id": self.id}
        return more[name] if name in more else original(self, name, method)

    return value


def dns_options(backend: Any, vpc: str, service_name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What an interface endpoint's private DNS is for: every resolver, or inbound Resolver endpoints only.

    The latter is for services that have gateway endpoints too, needs one in the VPC, and is then what private
    DNS means unless the request says otherwise.  Raises ApiError.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html
    """
    others = (one for one in backend.vpc_end_points.values() if one.vpc_id == vpc)
    beside = any(one.vpc_endpoint_type == "Gateway" and one.service_name == service_name for one in others)
    wanted = given.get(_INBOUND_ONLY)
    if wanted and not beside:
        text = f"To set {_INBOUND_ONLY} to true, the VPC {vpc} must have a Gateway endpoint for the service."
        raise ApiError("InvalidParameter", text)
    return {"DnsRecordIpType": "ipv4", **given, _INBOUND_ONLY: beside if wanted is None else wanted}


def refresh(backend: Any, endpoint: Any) -> None:
    """Rewrite an interface endpoint's DNS names after its private DNS was switched."""
    endpoint.dns_entries = _dns_entries(backend, endpoint)


def install() -> None:
    from moto.ec2.models import vpcs

    replace(vpcs, "random_private_ip", lambda _: lambda: "")
    replace(vpcs.VPCBackend, "create_vpc_endpoint", _made)
    replace(vpcs.VPCBackend, "modify_vpc_endpoint", _modified)
    replace(vpcs.VPCBackend, "delete_vpc_endpoints", _deleted)
    replace(vpcs.VPCEndPoint, "get_filter_value", _filtered)
