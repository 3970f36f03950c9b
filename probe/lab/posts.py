"""Who listens where: the fronts and name servers that a state calls for."""

from __future__ import annotations

from collections.abc import Iterator

from probe.lab.compile.devices import WORLD, WORLD_ADDRESS
from probe.lab.compile.hosts import namespace_at
from probe.lab.compile.topology import resolver_addresses
from probe.lab.faults import Faults
from probe.lab.front import Listener
from probe.lab.identity import by_id
from probe.lab.resolver import NameServer
from probe.lab.servers import Server
from probe.lab.state import Kind, State

NFS = 2049
_ANY = "0.0.0.0"  # noqa: S104 - every address of a namespace that the lab made, not of this machine


def listeners(state: State) -> Iterator[Listener]:
    """The TLS fronts: public AWS in the world, and each endpoint at its own interfaces."""
    yield Listener(WORLD, _ANY)
    enis = by_id(state.enis)
    inhabited = {vpc.id for vpc in state.inhabited()}
    for endpoint in (one for one in state.endpoints if one.available):
        if endpoint.interface:
            for eni in (enis[one] for one in endpoint.enis if one in enis):
                yield Listener(eni.id, eni.address, endpoint=endpoint.id, service=endpoint.suffix)
        elif endpoint.vpc in inhabited:
            yield Listener(endpoint.id, _ANY, endpoint=endpoint.id, service=endpoint.suffix)


def servers(state: State, faults: Faults) -> Iterator[Server]:
    """NFS at every mount target, and the hosts of the scenario."""
    for eni in (one for one in state.enis if one.kind is Kind.MOUNT_TARGET):
        yield Server(eni.id, eni.address, NFS)
    for address, port in faults.servers:
        yield Server(namespace_at(state, address), address, port)


def name_servers(state: State, faults: Faults) -> Iterator[NameServer]:
    """The world's resolver; AmazonProvidedDNS in every VPC that has it on; inbound endpoints; custom ones.

    A custom one forwards to the resolver of the VPC it stands in; one outside, to that of the only VPC.
    """
    yield NameServer(WORLD, WORLD_ADDRESS)
    inhabited = by_id(state.inhabited())
    for vpc in (one for one in inhabited.values() if one.dns_support):
        yield from (NameServer(vpc.id, address, vpc.id) for address in resolver_addresses(vpc))
    for eni in (one for one in state.enis if one.kind is Kind.RESOLVER and inhabited[one.vpc].dns_support):
        yield NameServer(eni.id, eni.address, eni.vpc)
    for address, fault in faults.name_servers.items():
        around = (eni.vpc for eni in state.enis if eni.address == address)
        vpc_id = next(around, None) or next(iter(inhabited), None)
        yield NameServer(namespace_at(state, address), address, vpc_id, custom=fault)


def upstreams(state: State) -> dict[str, str]:
    """A VPC's id to where AmazonProvidedDNS answers in it."""
    return {vpc.id: resolver_addresses(vpc)[0] for vpc in state.inhabited()}
