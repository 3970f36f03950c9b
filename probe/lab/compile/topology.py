"""Namespaces and the links between them: a router a VPC, a namespace an interface, one for the world.

Every interface is a /32 whose only neighbour is its router, so that even two tasks in one subnet meet
the rules between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from probe.lab.compile import routes, ruleset
from probe.lab.compile.blueprint import Blueprint, Link, Node
from probe.lab.compile.devices import (
    GATEWAY_HOP,
    INSIDE,
    OPERATOR,
    OPERATOR_ADDRESS,
    OUTSIDE,
    PUBLIC_BLOCKS,
    RESOLVER,
    ROUTER_HOP,
    WORLD,
    WORLD_ADDRESS,
    WORLD_HOP,
    device,
)
from probe.lab.state import Endpoint, Eni, Kind, State, Vpc

_RESOLVER_OFFSET = 2


def compile_state(state: State) -> Blueprint:
    """Everything that the state asks for; the world and the operator exist in every state."""
    nodes = {WORLD: _world(state), OPERATOR: _operator()}
    links = [Link(near=(WORLD, OPERATOR), far=(OPERATOR, "eth0"))]
    for vpc in state.inhabited():
        local = state.within(vpc.id)
        nodes |= {vpc.id: _router(vpc, local, state), **dict(_inhabitants(local))}
        links += [*_links(vpc, local), Link(near=(WORLD, device(vpc.id)), far=(vpc.id, OUTSIDE))]
    links += _peerings(state)
    return Blueprint(nodes=nodes, links=tuple(links))


def resolver_addresses(vpc: Vpc) -> tuple[str, str]:
    """Where AmazonProvidedDNS answers in a VPC: the base of its first block plus two, and the fixed one."""
    return str(IPv4Network(vpc.cidrs[0]).network_address + _RESOLVER_OFFSET), RESOLVER


def _world(state: State) -> Node:
    public = sorted((eni.public_address, eni.vpc) for eni in state.enis if eni.public_address)
    ways = (f"route {address} via {ROUTER_HOP} dev {device(vpc)} onlink" for address, vpc in public)
    blocks = (f"route local {block} dev lo" for block in PUBLIC_BLOCKS)
    own = (
        f"addr {WORLD_HOP}/32 dev lo",
        f"addr {WORLD_ADDRESS}/30 dev {OPERATOR}",
        "route blackhole default",
    )
    return Node(lines=(*own, *blocks, *ways), forwards=True)


def _operator() -> Node:
    return Node(lines=(f"addr {OPERATOR_ADDRESS}/30 dev eth0", f"route default via {WORLD_ADDRESS}"))


def _router(vpc: Vpc, local: State, everywhere: State) -> Node:
    own = (ROUTER_HOP, *resolver_addresses(vpc))
    addresses = (f"addr {address}/32 dev lo" for address in own)
    return Node(
        lines=(*addresses, *routes.lines(local)),
        rules=ruleset.router(local, everywhere),
        forwards=True,
    )


def _inhabitants(local: State) -> Iterator[tuple[str, Node]]:
    yield from ((eni.id, _interface(eni)) for eni in local.enis)
    yield from ((one.id, _gateway_endpoint(one, local)) for one in local.endpoints if not one.interface)


def _interface(eni: Eni) -> Node:
    lines = (
        f"addr {eni.address}/32 dev {INSIDE}",
        f"route {ROUTER_HOP} dev {INSIDE} scope link",
        f"route default via {ROUTER_HOP} dev {INSIDE}",
    )
    if eni.kind is Kind.NAT:
        return Node(lines=lines, rules=ruleset.nat_gateway(eni), forwards=True)
    return Node(lines=lines, forwards=not eni.checked)


def _gateway_endpoint(endpoint: Endpoint, local: State) -> Node:
    lists = (one for one in local.prefix_lists if one.name == endpoint.service_name)
    blocks = tuple(f"route local {block} dev lo" for one in lists for block in one.cidrs)
    hop = f"addr {GATEWAY_HOP}/32 dev lo"
    return Node(lines=(hop, *blocks, f"route default via {ROUTER_HOP} dev {INSIDE} onlink"))


def _links(vpc: Vpc, local: State) -> Iterator[Link]:
    for name, _ in _inhabitants(local):
        yield Link(near=(vpc.id, device(name)), far=(name, INSIDE))


def _peerings(state: State) -> Iterator[Link]:
    for vpc in state.inhabited():
        for peering in state.within(vpc.id).peerings:
            one, other = peering.vpcs
            if one == vpc.id:
                yield Link(near=(one, device(peering.id)), far=(other, device(peering.id)))
