# ruff: noqa: SLF001 - moto's own fields are what is mended here.
"""NAT gateways: an interface without groups in their subnet, gone with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probe.lab.cloud.repairs.interfaces import own
from probe.lab.cloud.repairs.replacing import replace


def _made(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(self: Any, *args: Any, **kwargs: Any) -> Any:
        gateway = original(self, *args, **kwargs)
        own(
            gateway._eni,
            kind="nat_gateway",
            description=f"Interface for NAT Gateway {gateway.id}",
            groups=[],
        )
        gateway.private_ip = gateway._eni.private_ip_address
        return gateway

    return create


def _deleted(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(self: Any, nat_gateway_id: str) -> Any:
        from moto.ec2.exceptions import EC2ClientError

        if nat_gateway_id not in self.nat_gateways:
            raise EC2ClientError("NatGatewayNotFound", f"NAT gateway {nat_gateway_id} was not found")
        gateway = original(self, nat_gateway_id)
        public = gateway._eni.public_ip
        if public and self.address_by_ip([public], fail_if_not_found=False):
            self.disassociate_address(address=public)
        self.enis.pop(gateway._eni.id, None)
        return gateway

    return delete


def install() -> None:
    from moto.ec2.models import nat_gateways

    # moto draws an address out of 10/8; with none given, the interface gets a free one of its subnet.
    replace(nat_gateways, "random_private_ip", lambda _: lambda: "")
    replace(nat_gateways.NatGatewayBackend, "create_nat_gateway", _made)
    replace(nat_gateways.NatGatewayBackend, "delete_nat_gateway", _deleted)
