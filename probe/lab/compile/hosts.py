"""Hosts that no AWS call made, name servers and others: at an address of a subnet or out in the world.

One in a subnet gets an interface like any other, without groups, unless the scenario made one with that
address: then its groups hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from probe.lab.compile.devices import WORLD
from probe.lab.state import Eni, Kind, State


def with_hosts(state: State, addresses: Iterable[str]) -> State:
    """The state with an interface for each address that lies in a subnet and has none."""
    taken = {eni.address for eni in state.enis}
    hosts = (_host(state, address) for address in addresses if address not in taken)
    return replace(state, enis=(*state.enis, *(host for host in hosts if host is not None)))


def namespace_at(state: State, address: str) -> str:
    """Where an address is: an interface's namespace, else the world."""
    return next((eni.id for eni in state.enis if eni.address == address), WORLD)


def _host(state: State, address: str) -> Eni | None:
    around = (one for one in state.subnets if IPv4Address(address) in IPv4Network(one.cidr))
    subnet = next(around, None)
    if subnet is None:
        return None
    name = f"host-{address.replace('.', '-')}"
    return Eni(id=name, kind=Kind.OTHER, vpc=subnet.vpc, subnet=subnet.id, address=address)
