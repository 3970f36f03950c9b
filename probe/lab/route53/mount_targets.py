"""The names of file systems: in each availability zone the address of the mount target there, and no other.

https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_NAME = re.compile(
    r"(?:(?P<zone>[a-z0-9-]+)\.)?(?P<id>fs-[0-9a-f]+)\.efs\.(?P<region>[a-z0-9-]+)\.amazonaws\.com"
)


def addresses(cloud: Cloud, vpc: str, name: str, client: str) -> tuple[str, ...]:
    """What a VPC answers to ``client``, an address in it; nothing for what is no file system's name there.

    The caller holds the cloud's lock.
    """
    found = _NAME.fullmatch(name)
    if found is None or found["region"] != cloud.region:
        return ()
    file_system = cloud.backend("efs").file_systems_by_id.get(found["id"])
    if file_system is None:
        return ()
    zone = found["zone"] or _zone(cloud.backend("ec2"), vpc, client)
    targets = (one for one in file_system.iter_mount_targets() if one.vpc_id == vpc)
    return tuple(one.ip_address for one in targets if one.availability_zone_name == zone)


def _zone(ec2: Any, vpc: str, client: str) -> str:
    """The availability zone of an address; empty outside the VPC."""
    subnets = (one for by_zone in ec2.subnets.values() for one in by_zone.values() if one.vpc_id == vpc)
    around = (one for one in subnets if client and IPv4Address(client) in IPv4Network(one.cidr_block))
    return next((str(one.availability_zone) for one in around), "")
