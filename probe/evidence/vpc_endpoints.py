"""VPC endpoints: which serve a service, where they listen, and whether this VPC was built on them."""

from __future__ import annotations

from collections.abc import Iterable

from probe.evidence.places import Chart, chart
from probe.evidence.snapshot import Endpoint, Snapshot, read

AVAILABLE = "available"


def of_service(snapshot: Snapshot, service_name: str) -> tuple[Endpoint, ...]:
    """Every endpoint for the service, of either type, in whatever state."""
    return tuple(one for one in read(snapshot.endpoints) if one.service_name == service_name)


def interface_for(snapshot: Snapshot, service_name: str) -> Endpoint | None:
    """The interface endpoint for the service, one with private DNS first."""
    found = [one for one in of_service(snapshot, service_name) if one.type == "Interface"]
    return max(found, key=lambda one: (one.private_dns, one.state == AVAILABLE), default=None)


def gateway_for(snapshot: Snapshot, service_name: str) -> Endpoint | None:
    """The gateway endpoint for the service."""
    found = [one for one in of_service(snapshot, service_name) if one.type == "Gateway"]
    return found[0] if found else None


def built_on_endpoints(snapshot: Snapshot, service_names: Iterable[str]) -> tuple[Endpoint, ...]:
    """Customer-made interface endpoints for any of the services: somebody meant this VPC to use them.

    Requester-managed ones, such as GuardDuty's, say nothing about that.
    """
    names = frozenset(service_names)
    return tuple(
        one
        for one in read(snapshot.endpoints)
        if one.service_name in names and one.type == "Interface" and not one.requester_managed
    )


def answers_names(there: Chart, vpc: str, endpoint: Endpoint) -> bool:
    """Whether the service's public name resolves to the endpoint: private DNS, and both VPC attributes."""
    known = there.vpcs.get(vpc)
    attributes = known is None or (known.dns_support is not False and known.dns_hostnames is not False)
    return endpoint.private_dns and attributes


def addresses(snapshot: Snapshot, vpc: str, service_name: str) -> tuple[str, ...]:
    """Where the service's name leads by configuration: its endpoint's private addresses, if any."""
    there = chart(snapshot)
    endpoint = interface_for(snapshot, service_name)
    if endpoint is None or not answers_names(there, vpc, endpoint):
        return ()
    known = (there.interfaces[one] for one in endpoint.interfaces if one in there.interfaces)
    return tuple(address for interface in known for address in interface.addresses)


def groups_of(there: Chart, endpoint: Endpoint) -> tuple[str, ...]:
    """The endpoint's security groups, as its interfaces carry them where it does not say."""
    if endpoint.groups:
        return endpoint.groups
    carried = (there.interfaces[one].groups for one in endpoint.interfaces if one in there.interfaces)
    return next((groups for groups in carried if groups), ())
