# ruff: noqa: SLF001 - moto's own fields are what is mended here.
"""Addresses: private ones inside their subnet and never twice, public ones out of 203.0.113.0/24."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from typing import Any

from probe.lab.cloud.repairs.replacing import replace

CUSTOMERS = ipaddress.ip_network("203.0.113.0/24")
"""Elastic IPs and automatic public addresses (RFC 5737, TEST-NET-3)."""

RESERVED = 4
"""AWS keeps the first four addresses of a subnet, and the last.

https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
"""


def used(subnet: Any) -> frozenset[str]:
    """The private addresses that are taken in a subnet."""
    return _of_interfaces(subnet) | frozenset(subnet._subnet_ips)


def _of_interfaces(subnet: Any) -> frozenset[str]:
    enis = [eni for eni in subnet.ec2_backend.enis.values() if eni.subnet.id == subnet.id]
    return frozenset(address["PrivateIpAddress"] for eni in enis for address in eni.private_ip_addresses)


def free(subnet: Any) -> str:
    """The lowest free address of a subnet; AWS's error when there is none."""
    from moto.ec2.exceptions import EC2ClientError

    taken = used(subnet)
    for address in _usable(subnet.cidr):
        if address not in taken:
            return address
    text = f"There are not enough free addresses in subnet '{subnet.id}' to satisfy the requested number."
    raise EC2ClientError("InsufficientFreeAddressesInSubnet", text)


def _usable(cidr: ipaddress.IPv4Network) -> Iterator[str]:
    return (str(cidr[index]) for index in range(RESERVED, cidr.num_addresses - 1))


def check(subnet: Any, wanted: str) -> None:
    """Refuse, as AWS does, an address that is outside the subnet, reserved or taken."""
    from moto.ec2.exceptions import EC2ClientError

    if wanted not in set(_usable(subnet.cidr)):
        text = "Address does not fall within the subnet's address range"
        if ipaddress.ip_address(wanted) in subnet.cidr:
            text = "Address is in subnet's reserved address range"
        raise EC2ClientError("InvalidParameterValue", text)
    # An instance takes its address before its interface asks for the same.
    if wanted in _of_interfaces(subnet):
        raise EC2ClientError("InvalidIPAddress.InUse", "The specified address is already in use.")


def free_public(backend: Any) -> str:
    """A public address that no Elastic IP and no interface has."""
    taken = {address.public_ip for address in backend.addresses}
    taken.update(eni.public_ip for eni in backend.enis.values())
    return next(str(host) for host in CUSTOMERS.hosts() if str(host) not in taken)


def _elastic(original: Callable[..., Any]) -> Callable[..., Any]:
    def allocate(self: Any, domain: str, address: str | None = None, tags: Any = None) -> Any:
        return original(self, domain, address or free_public(self), tags)

    return allocate


def _of_instance(_: Callable[..., Any]) -> Callable[..., Any]:
    def choose(self: Any, instance: Any) -> str:
        address = free(self)
        self._subnet_ips[address] = instance
        return address

    return choose


def _secondary(_: Callable[..., Any]) -> Callable[..., Any]:
    import random

    def choose(cidr: str | None = None, ipv6: bool = False) -> str:  # noqa: FBT001, FBT002 - moto's signature
        network = ipaddress.ip_network(cidr or "10.0.0.0/8")
        last = network.num_addresses - 2
        return str(network[random.randint(0 if ipv6 else RESERVED, last)])  # noqa: S311 - an address, no secret

    return choose


def install() -> None:
    from moto.ec2.models import elastic_ip_addresses, elastic_network_interfaces, subnets

    replace(elastic_ip_addresses.ElasticAddressBackend, "allocate_address", _elastic)
    replace(subnets.Subnet, "get_available_subnet_ip", _of_instance)
    replace(elastic_network_interfaces, "random_private_ip", _secondary)
