"""Namespaces and the links between them: a router a VPC, a namespace an interface, one for the world.

Every interface is a /32 whose only neighbour is its router, so that even two tasks in one subnet meet
the rules between them.
"""

from __future__ import annotations

from collections.abc import Iterator

from probe.lab.compile import routes, ruleset, transit
from probe.lab.compile.blueprint import Blueprint, Link, Node
from probe.lab.compile.conditions import USUAL, Conditions, Shut
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
    resolver_address,
    router_address,
)
from probe.lab.compile.hosts import namespace_at, with_hosts
from probe.lab.identity import by_id
from probe.lab.state import Endpoint, Eni, Kind, State, Vpc

_FIRST_PORTS = (("ipv4/ip_local_reserved_ports", "40960-60999"),)
"""Linux's range of ports stays 32768-60999, and the first of them alone are taken: an ACL that admits only a
part of the range, such as 49152-65535, fails every time and not now and then."""


def compile_state(state: State, conditions: Conditions = USUAL) -> Blueprint:
    """Everything that the state asks for; the world and the operator exist in every state."""
    state = with_hosts(state, conditions.hosts)
    nodes = {WORLD: _world(state, conditions), OPERATOR: _operator()}
    links = [Link(near=(WORLD, OPERATOR), far=(OPERATOR, "eth0"))]
    for vpc in state.inhabited():
        local = state.within(vpc.id)
        nodes[vpc.id] = _router(vpc, local, state, conditions)
        nodes |= dict(_inhabitants(local, conditions))
        links += [*_links(vpc, local), Link(near=(WORLD, device(vpc.id)), far=(vpc.id, OUTSIDE))]
    nodes |= dict(transit.nodes(state))
    links += [*_peerings(state), *transit.links(state)]
    return Blueprint(nodes=nodes, links=tuple(links))


def resolver_addresses(vpc: Vpc) -> tuple[str, str]:
    """Where AmazonProvidedDNS answers in a VPC: within its first block, and at the fixed address."""
    return resolver_address(vpc.cidrs[0]), RESOLVER


def _world(state: State, conditions: Conditions) -> Node:
    public = sorted((eni.public_address, eni.vpc) for eni in state.enis if eni.public_address)
    ways = (f"route {address} via {ROUTER_HOP} dev {device(vpc)} onlink" for address, vpc in public)
    outside = (one for one in conditions.hosts if namespace_at(state, one) == WORLD)
    blocks = (f"route local {block} dev lo" for block in (*PUBLIC_BLOCKS, *outside))
    own = (
        f"addr {WORLD_HOP}/32 dev lo",
        f"addr {WORLD_ADDRESS}/30 dev {OPERATOR}",
        "route blackhole default",
    )
    rules = ruleset.shut(conditions.shut_blocks) if conditions.shut_blocks else ""
    return Node(lines=(*own, *blocks, *ways), rules=rules, forwards=True)


def _operator() -> Node:
    return Node(lines=(f"addr {OPERATOR_ADDRESS}/30 dev eth0", f"route default via {WORLD_ADDRESS}"))


def _router(vpc: Vpc, local: State, everywhere: State, conditions: Conditions) -> Node:
    own = (ROUTER_HOP, router_address(vpc.cidrs[0]), *resolver_addresses(vpc))
    addresses = (f"addr {address}/32 dev lo" for address in own)
    return Node(
        lines=(*addresses, *routes.lines(local, everywhere)),
        rules=ruleset.router(vpc, local, everywhere, conditions),
        forwards=True,
    )


def _inhabitants(local: State, conditions: Conditions) -> Iterator[tuple[str, Node]]:
    endpoints = by_id(local.endpoints)
    for eni in local.enis:
        yield eni.id, _interface(eni, _shut(endpoints.get(eni.owner), conditions))
    for endpoint in local.endpoints:
        if not endpoint.interface:
            yield endpoint.id, _gateway_endpoint(endpoint, local, _shut(endpoint, conditions))


def _shut(endpoint: Endpoint | None, conditions: Conditions) -> Shut | None:
    """How an endpoint's port is shut: one that is not available answers nobody."""
    if endpoint is None:
        return None
    return dict(conditions.shut).get(endpoint.suffix) if endpoint.available else "drop"


def _interface(eni: Eni, how: Shut | None) -> Node:
    lines = (
        f"addr {eni.address}/32 dev {INSIDE}",
        f"route {ROUTER_HOP} dev {INSIDE} scope link",
        f"route default via {ROUTER_HOP} dev {INSIDE}",
    )
    own = _own_rules(eni, how)
    return Node(lines=lines, rules=own, forwards=not eni.checked, settings=_FIRST_PORTS)


def _own_rules(eni: Eni, how: Shut | None) -> str:
    """What holds inside an interface's namespace.  An instance without the check is taken for a NAT."""
    if eni.kind is Kind.NAT:
        return ruleset.nat_gateway(eni)
    if eni.kind is Kind.INSTANCE and not eni.checked:
        return ruleset.nat_instance(eni)
    return ruleset.shut([("", how)]) if how else ""


def _gateway_endpoint(endpoint: Endpoint, local: State, how: Shut | None) -> Node:
    lists = (one for one in local.prefix_lists if one.name == endpoint.service_name)
    blocks = tuple(f"route local {block} dev lo" for one in lists for block in one.cidrs)
    hop = f"addr {GATEWAY_HOP}/32 dev lo"
    return Node(
        lines=(hop, *blocks, f"route default via {ROUTER_HOP} dev {INSIDE} onlink"),
        rules=ruleset.shut([("", how)]) if how else "",
    )


def _links(vpc: Vpc, local: State) -> Iterator[Link]:
    gateways = (one.id for one in local.endpoints if not one.interface)
    for name in (*(eni.id for eni in local.enis), *gateways):
        yield Link(near=(vpc.id, device(name)), far=(name, INSIDE))


def _peerings(state: State) -> Iterator[Link]:
    for vpc in state.inhabited():
        for peering in state.within(vpc.id).peerings:
            one, other = peering.vpcs
            if one == vpc.id:
                yield Link(near=(one, device(peering.id)), far=(other, device(peering.id)))
