# ruff: noqa: SLF001 - moto's own fields are what is mended here.
"""Network interfaces: their addresses, whose they are, and the filters people use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probe.lab.cloud.repairs.addresses import check, free, free_public
from probe.lab.cloud.repairs.replacing import replace

TASK = "arn:aws:ecs:"
"""How the description of a Fargate task's interface begins."""


def _made(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(
        self: Any,
        ec2_backend: Any,
        subnet: Any,
        private_ip_address: Any,
        private_ip_addresses: Any = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        subnet = ec2_backend.get_subnet(subnet) if isinstance(subnet, str) else subnet
        wanted = _wanted(private_ip_address, private_ip_addresses)
        for address in wanted:
            check(subnet, address)
        primary = private_ip_address if wanted else free(subnet)
        original(self, ec2_backend, subnet, primary, private_ip_addresses, *args, **kwargs)
        if self.description.startswith(TASK):
            self.status = "in-use"
            self.requester_managed = True

    return create


def _wanted(one: Any, several: Any) -> list[str]:
    given = list(one) if isinstance(one, list) else [one] if one else []
    named = [item if isinstance(item, str) else item.get("PrivateIpAddress") for item in several or []]
    return [address for address in [*given, *named] if address]


def _public(_: Callable[..., Any]) -> Callable[..., Any]:
    def give(self: Any) -> None:
        if str(self.public_ip_auto_assign).lower() == "true":
            self.public_ip = free_public(self.ec2_backend)

    return give


def _stopped(_: Callable[..., Any]) -> Callable[..., Any]:
    """A stopped instance loses its public address, unless that is an Elastic IP."""

    def stop(self: Any) -> None:
        if not any(address.eni is self for address in self.ec2_backend.addresses):
            self.public_ip = None

    return stop


def _filtered(original: Callable[..., Any]) -> Callable[..., Any]:
    def value(self: Any, name: str, method: str | None = None) -> Any:
        more = {
            "interface-type": self.interface_type,
            "status": self.status,
            "requester-id": self.requester_id,
            "requester-managed": str(self.requester_managed).lower(),
            "owner-id": self.owner_id,
            "association.public-ip": self.public_ip,
            "addresses.association.public-ip": self.public_ip,
            "group-name": [group.name for group in self._group_set],
        }
        return more[name] if name in more else original(self, name, method)

    return value


def own(eni: Any, *, kind: str, description: str, groups: list[Any]) -> None:
    """Make an interface one that AWS keeps for a customer (``vpc_endpoint``, ``nat_gateway``)."""
    eni.interface_type = kind
    eni.description = description
    eni.requester_managed = True
    eni.requester_id = "amazon-aws"
    eni.status = "in-use"
    eni._group_set = groups


def install() -> None:
    from moto.ec2.models.elastic_network_interfaces import NetworkInterface

    replace(NetworkInterface, "__init__", _made)
    replace(NetworkInterface, "check_auto_public_ip", _public)
    replace(NetworkInterface, "stop", _stopped)
    replace(NetworkInterface, "get_filter_value", _filtered)
