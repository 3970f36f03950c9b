"""The private zones of a VPC: hosted zones, and those that interface endpoints with private DNS bring along.

Read from moto's state at the moment of the question, so there is nothing to keep in step.  The caller holds
the cloud's lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from probe.lab.names import private_zones, service_of_endpoint

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


@dataclass(frozen=True)
class Record:
    """The values of a name and a type; ``alias`` is the name whose values an alias record has instead.

    Names are lower case without a trailing dot; a wildcard's first label is ``*``.
    """

    name: str
    type: str
    values: tuple[str, ...] = ()
    alias: str = ""


@dataclass(frozen=True)
class Zone:
    """A domain, and all that there is at and below it."""

    domain: str
    records: tuple[Record, ...]

    def at(self, name: str) -> tuple[Record, ...]:
        """The records of a name: its own, else those of the closest wildcard; none: there is no such name."""
        own = tuple(one for one in self.records if one.name == name)
        above = (name.split(".", number)[-1] for number in range(1, name.count(".") + 1))
        wild = (tuple(one for one in self.records if one.name == f"*.{parent}") for parent in above)
        return own or next((found for found in wild if found), ())


def of_vpc(cloud: Cloud, vpc_id: str, *, inbound: bool = False) -> tuple[Zone, ...]:
    """Every private zone that answers in a VPC; ``inbound``: to what comes through a Resolver endpoint."""
    return every(cloud, vpc_id, inbound=inbound) if has_private_names(cloud, vpc_id) else ()


def every(cloud: Cloud, vpc_id: str, *, inbound: bool = True) -> tuple[Zone, ...]:
    """Every private zone of a VPC, whether or not it answers."""
    hosted = (_hosted(zone) for zone in cloud.backend("route53").zones.values() if _associated(zone, vpc_id))
    return (*hosted, *_private_dns(cloud.backend("ec2"), vpc_id, inbound=inbound))


def has_private_names(cloud: Cloud, vpc_id: str) -> bool:
    """Whether a VPC answers for private names at all: both of its DNS attributes have to be on.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
    """
    vpc = cloud.backend("ec2").vpcs.get(vpc_id)
    return vpc is not None and _true(vpc.enable_dns_support) and _true(vpc.enable_dns_hostnames)


def is_on(cloud: Cloud, vpc_id: str) -> bool:
    """Whether AmazonProvidedDNS answers in a VPC at all."""
    vpc = cloud.backend("ec2").vpcs.get(vpc_id)
    return vpc is not None and _true(vpc.enable_dns_support)


def endpoint_name(cloud: Cloud, name: str) -> tuple[str, ...] | None:
    """The addresses of an endpoint's own name, which resolves everywhere; None for a name that is none."""
    ec2 = cloud.backend("ec2")
    for endpoint in ec2.vpc_end_points.values():
        label = getattr(endpoint, "lab_label", "")
        for part in name.split(".")[:6]:
            if label and part == label:
                return _addresses(ec2, endpoint)
            if label and part.startswith(f"{label}-"):
                return _addresses(ec2, endpoint, part.removeprefix(f"{label}-"))
    return None


def plain(name: str) -> str:
    """A name as it is compared: lower case, no trailing dot."""
    return name.lower().rstrip(".").replace("\\052", "*")


def _true(value: Any) -> bool:
    return str(value).lower() == "true"


def _private_dns(ec2: Any, vpc_id: str, *, inbound: bool) -> Iterator[Zone]:
    """The zones of each interface endpoint that has private DNS: one a domain, with all below it.

    https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """
    for endpoint in ec2.vpc_end_points.values():
        here = endpoint.vpc_id == vpc_id and endpoint.state == "available"
        asked = inbound or not _is_for_inbound_only(endpoint)
        if (
            here
            and asked
            and endpoint.vpc_endpoint_type == "Interface"
            and _true(endpoint.private_dns_enabled)
        ):
            service = service_of_endpoint(endpoint.service_name)
            names = private_zones(service.suffix, ec2.region_name) if service else ()
            records = tuple(Record(name, "A", _addresses(ec2, endpoint)) for name in names)
            yield from (Zone(name, records) for name in names if not name.startswith("*"))


def _is_for_inbound_only(endpoint: Any) -> bool:
    """Whether its private DNS leaves the VPC's own questions alone.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
    """
    options = getattr(endpoint, "dns_options", {})
    return bool(options.get("PrivateDnsOnlyForInboundResolverEndpoint"))


def _addresses(ec2: Any, endpoint: Any, zone: str = "") -> tuple[str, ...]:
    enis = [ec2.enis[eni_id] for eni_id in endpoint.network_interface_ids if eni_id in ec2.enis]
    return tuple(eni.private_ip_address for eni in enis if not zone or eni.subnet.availability_zone == zone)


def _associated(zone: Any, vpc_id: str) -> bool:
    return bool(zone.private_zone) and any(each.get("vpc_id") == vpc_id for each in zone.vpcs)


def _hosted(zone: Any) -> Zone:
    return Zone(plain(zone.name), tuple(_record(each) for each in zone.rrsets))


def _record(record: Any) -> Record:
    alias = (record.alias_target or {}).get("DNSName") or ""
    values = tuple(_value(value) for value in record.records or ())
    return Record(plain(record.name), record.type, values, plain(alias))


def _value(record: Any) -> str:
    """The API stores plain text, CloudFormation a mapping."""
    return str(record["Value"] if isinstance(record, dict) else record)
