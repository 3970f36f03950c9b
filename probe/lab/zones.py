"""What a VPC's resolver knows that the world does not: endpoints' names, private hosted zones.

It reads moto's state at the moment of the question, so there is nothing to keep in step.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Any

from probe.lab.names import private_zones, service_of_endpoint

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


class Miss(Enum):
    """Why a zone gives no address."""

    NODATA = "the name exists, and has no such record"
    NXDOMAIN = "the zone is ours, and has no such name"


Found = tuple[str, ...] | Miss | None
"""Addresses, a definite miss, or None: not ours to say."""


def lookup(cloud: Cloud, vpc_id: str, name: str, kind: str) -> Found:
    """What the VPC's own zones say of a name (lower case, no trailing dot) and a record type (``A`` …)."""
    with cloud.lock:
        ec2 = cloud.backend("ec2")
        vpc = ec2.vpcs.get(vpc_id)
        if vpc is None:
            return None
        for zone, addresses in _private_dns(ec2, vpc):
            if _covers(zone, name):
                return addresses if kind == "A" and addresses else Miss.NODATA
        own = _endpoint_name(ec2, name)
        if own is not None:
            return own if kind == "A" else Miss.NODATA
        return _hosted(cloud, vpc, name, kind)


def public_endpoint_name(cloud: Cloud, name: str) -> tuple[str, ...] | None:
    """Endpoint-specific names resolve everywhere, to private addresses; None for names that are none."""
    with cloud.lock:
        return _endpoint_name(cloud.backend("ec2"), name)


def _true(value: Any) -> bool:
    return str(value).lower() == "true"


def _covers(zone: str, name: str) -> bool:
    return name.endswith(zone[1:]) if zone.startswith("*.") else name == zone


def _private_dns(ec2: Any, vpc: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The zones that interface endpoints with private DNS put into a VPC.

    https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """
    if not (_true(vpc.enable_dns_support) and _true(vpc.enable_dns_hostnames)):
        return
    for endpoint in ec2.vpc_end_points.values():
        here = endpoint.vpc_id == vpc.id and endpoint.state == "available"
        if here and endpoint.vpc_endpoint_type == "Interface" and _true(endpoint.private_dns_enabled):
            service = service_of_endpoint(endpoint.service_name)
            for zone in private_zones(service.suffix, ec2.region_name) if service else ():
                yield zone, _addresses(ec2, endpoint)


def _addresses(ec2: Any, endpoint: Any, zone: str = "") -> tuple[str, ...]:
    enis = [ec2.enis[eni_id] for eni_id in endpoint.network_interface_ids if eni_id in ec2.enis]
    return tuple(eni.private_ip_address for eni in enis if not zone or eni.subnet.availability_zone == zone)


def _endpoint_name(ec2: Any, name: str) -> tuple[str, ...] | None:
    for endpoint in ec2.vpc_end_points.values():
        label = getattr(endpoint, "lab_label", "")
        for part in name.split(".")[:6]:
            if label and part == label:
                return _addresses(ec2, endpoint)
            if label and part.startswith(f"{label}-"):
                return _addresses(ec2, endpoint, part.removeprefix(f"{label}-"))
    return None


def _hosted(cloud: Cloud, vpc: Any, name: str, kind: str) -> Found:
    """Private hosted zones of the VPC: the longest suffix decides, and a name that it lacks does not exist.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
    """
    if not (_true(vpc.enable_dns_support) and _true(vpc.enable_dns_hostnames)):
        return None
    zones = [zone for zone in cloud.backend("route53").zones.values() if _associated(zone, vpc.id)]
    ours = [zone for zone in zones if f".{name}".endswith(f".{_plain(zone.name)}")]
    if not ours:
        return None
    records = max(ours, key=lambda zone: len(zone.name)).rrsets
    matching = [each for each in records if _matches(_plain(each.name), name)]
    values = tuple(_value(value) for each in matching if each.type == kind for value in each.records)
    aliases = [str((each.alias_target or {}).get("DNSName") or "") for each in matching if each.type == kind]
    for alias in filter(None, aliases):
        values += _endpoint_name(cloud.backend("ec2"), _plain(alias)) or ()
    return values or (Miss.NODATA if matching else Miss.NXDOMAIN)


def _value(record: Any) -> str:
    """The API stores plain text, CloudFormation a mapping."""
    return str(record["Value"] if isinstance(record, dict) else record)


def _associated(zone: Any, vpc_id: str) -> bool:
    return bool(zone.private_zone) and any(each.get("vpc_id") == vpc_id for each in zone.vpcs)


def _matches(record: str, name: str) -> bool:
    if record.startswith(("*.", "\\052.")):
        return name.endswith(record[record.index(".") :])
    return record == name


def _plain(name: str) -> str:
    return name.lower().rstrip(".")
