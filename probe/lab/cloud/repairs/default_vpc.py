"""The default VPC, whole: its internet gateway and the way out, which moto leaves out.

https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probe.lab.cloud.repairs.replacing import replace


def ensure(backend: Any) -> None:
    """What every account has in its region before anybody makes anything."""
    if backend.get_default_vpc() is None:
        backend.create_default_vpc()


def _made(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(self: Any) -> Any:
        if not hasattr(self, "default_vpc"):
            return None  # moto begins with one in every account and region that it is asked about.
        vpc = original(self)
        gateway = self.create_internet_gateway()
        self.attach_internet_gateway(gateway.id, vpc.id)
        main = next(one for one in self.route_tables.values() if one.vpc_id == vpc.id)
        self.create_route(main.id, "0.0.0.0/0", gateway_id=gateway.id)
        return vpc

    return create


def install() -> None:
    from moto.ec2.models import EC2Backend

    replace(EC2Backend, "create_default_vpc", _made)
