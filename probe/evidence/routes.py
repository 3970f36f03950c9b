"""Route tables: a subnet's own, else the main one; the longest prefix wins; a dead target is a blackhole."""

from __future__ import annotations

from probe.evidence.fits import ANY, Fit, cidr_fit, is_private, network
from probe.evidence.places import Chart, cidrs_of
from probe.evidence.snapshot import Route, RouteTable

LOCAL = "local"


def table_of(there: Chart, subnet: str) -> RouteTable | None:
    """The table that a subnet follows; nothing where it could not be read."""
    if subnet in there.tables:
        return there.tables[subnet]
    return there.main_tables[0] if len(there.main_tables) == 1 else None


def route_to(there: Chart, table: RouteTable, cidr: str, service_name: str | None = None) -> Route | None:
    """The route that packets to an address follow; nothing where no route matches.

    ``service_name`` tells that the address is that service's: a gateway endpoint's route matches it
    even where the prefix list behind it could not be read.
    """
    lengths = [(_length(there, route, cidr, service_name), route) for route in table.routes]
    matching = [(length, route) for length, route in lengths if length is not None]
    return max(matching, key=lambda found: found[0])[1] if matching else None


def stops_at_peer(route: Route, cidr: str) -> bool:
    """Whether a peering connection is asked to carry something to a public address, which none does.

    The peer's gateways and NAT are out of reach through it.
    https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-limitations
    """
    return route.target.startswith("pcx-") and not is_private(cidr)


def local_route(there: Chart, vpc: str, cidr: str) -> Route | None:
    """The route within the VPC, which exists whether or not a table shows it."""
    block = next((one for one in cidrs_of(there, vpc) if cidr_fit(one, cidr) is Fit.WHOLLY), None)
    return Route(destination=block, target=LOCAL) if block is not None else None


def _length(there: Chart, route: Route, cidr: str, service_name: str | None) -> int | None:
    """How specific the route is for the address; ``None`` where it does not match."""
    if "." in route.destination or ":" in route.destination:
        matches = cidr_fit(route.destination, cidr) is Fit.WHOLLY
        return network(route.destination).prefixlen if matches else None
    known = there.lists.get(route.destination)
    if known is not None:
        fits = [network(one).prefixlen for one in known.cidrs if cidr_fit(one, cidr) is Fit.WHOLLY]
        if fits:
            return max(fits)
    return 1 if _leads_to(there, route, service_name) and (known is None or cidr == ANY) else None


def _leads_to(there: Chart, route: Route, service_name: str | None) -> bool:
    endpoint = there.endpoints.get(route.target)
    return endpoint is not None and endpoint.service_name == service_name
