"""Subnets: only a default VPC's are default subnets, and only those give public addresses unasked.

Where no zone is asked for, AWS chooses; the lab chooses the same one each time that a scenario is built.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from probe.lab.cloud.repairs.addresses import RESERVED, used
from probe.lab.cloud.repairs.replacing import replace, replace_property


def _made(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        default = self.ec2_backend.get_vpc(self.vpc_id).is_default
        self.default_for_az = default
        self.map_public_ip_on_launch = default

    return create


def _placed(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(self: Any) -> Any:
        if not (self.params.get("AvailabilityZone") or self.params.get("AvailabilityZoneId")):
            self.params["AvailabilityZone"] = _zone(self.ec2_backend, self.params.get("VpcId"))
        return original(self)

    return create


def _zone(backend: Any, vpc: str) -> str:
    """The first of the zones in which the VPC has the fewest subnets, so that a few lie in as many zones."""
    taken = Counter(subnet.availability_zone for subnet in backend.describe_subnets(filters={"vpc-id": vpc}))
    return str(
        min(sorted(zone.name for zone in backend.describe_availability_zones()), key=taken.__getitem__)
    )


def _free_count(subnet: Any) -> int:
    return int(subnet.cidr.num_addresses) - RESERVED - 1 - len(used(subnet))


def install() -> None:
    from moto.ec2.models.subnets import Subnet
    from moto.ec2.responses.subnets import Subnets

    replace(Subnets, "create_subnet", _placed)
    replace(Subnet, "__init__", _made)
    replace_property(Subnet, "available_ip_address_count", _free_count)
