"""Subnets: only a default VPC's are default subnets, and only those give public addresses unasked."""

from __future__ import annotations

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


def _free_count(subnet: Any) -> int:
    return int(subnet.cidr.num_addresses) - RESERVED - 1 - len(used(subnet))


def install() -> None:
    from moto.ec2.models.subnets import Subnet

    replace(Subnet, "__init__", _made)
    replace_property(Subnet, "available_ip_address_count", _free_count)
