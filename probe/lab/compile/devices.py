"""Names and addresses of the lab's own making: devices, routing tables and the links' next hops.

They are worked out from AWS's ids, so that a second compilation gives every object the same name.
The blocks are those set apart for documentation and benchmarks: no packet of theirs has anywhere to go.
"""

from __future__ import annotations

from ipaddress import IPv4Network

WORLD = "world"
OPERATOR = "operator"

OUTSIDE = "world"
"""The router's device towards the world: its internet gateway."""
INSIDE = "eth1"
"""The device inside an interface's namespace, named as in a Fargate task."""

ROUTER_HOP = "169.254.1.1"
WORLD_HOP = "169.254.2.1"
GATEWAY_HOP = "169.254.3.1"
TRANSIT_HOP = "169.254.4.1"

RESOLVER = "169.254.169.253"
WORLD_ADDRESS = "198.18.0.1"
OPERATOR_ADDRESS = "198.18.0.2"

PUBLIC_BLOCKS = ("198.51.100.0/24", "192.0.2.0/24")
"""Where the world's services live.  S3's part is its prefix list; customers' addresses are elsewhere."""

_LONGEST = 15


def device(identifier: str) -> str:
    """The router's device towards an object: its id's first letter and as much of its end as Linux allows."""
    return identifier[0] + identifier[-(_LONGEST - 1) :]


def router_address(cidr: str) -> str:
    """A VPC's router within the VPC, to which a peer's router sends: its first block's base plus one."""
    return str(IPv4Network(cidr).network_address + 1)


def resolver_address(cidr: str) -> str:
    """AmazonProvidedDNS within the VPC: its first block's base plus two."""
    return str(IPv4Network(cidr).network_address + 2)


def table_number(route_table: str) -> int:
    """The number of the kernel's routing table for one of AWS's, or for a transit gateway's attachment."""
    return 1000 + int(route_table.rpartition("-")[2][-7:], 16)
