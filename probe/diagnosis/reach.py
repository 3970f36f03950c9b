"""Which way a target's packets go, by what was measured or, where nothing was, by configuration."""

from __future__ import annotations

import re

from probe import endpoints
from probe.diagnosis.case import Case
from probe.diagnosis.clues import Symptom
from probe.evidence import mount_targets
from probe.evidence.fits import Ports, inside, is_private
from probe.evidence.flows import LINUX_PORTS, NAT_PORTS, Flow, Hop
from probe.evidence.mount_targets import file_system
from probe.evidence.places import chart
from probe.evidence.routes import table_of
from probe.evidence.snapshot import Denied, RouteTable, Subnet
from probe.evidence.vpc_endpoints import addresses, interface_for
from probe.evidence.walk import path
from probe.model import Road, Target

S3 = "s3"
_RANGE = re.compile(r"(\d{1,5})-(\d{1,5})")


def service_name(target: Target) -> str | None:
    """The endpoint service of a target; nothing for a host that is not AWS's."""
    return endpoints.service_name(target.service, target.region) if target.service != "host" else None


def needed_services(case: Case, besides: str | None) -> tuple[str, ...]:
    """The endpoint services that the task needs, without one."""
    names = (service_name(target) for target in case.targets if target.needed)
    return tuple(name for name in dict.fromkeys(names) if name is not None and name != besides)


def subnet_of(case: Case, subnet: str) -> Subnet | None:
    """The subnet, where it could be read."""
    return chart(case.snapshot).subnets.get(subnet)


def vpc_of(case: Case, subnet: str = "") -> str:
    """The VPC of a subnet, else of the first of the service's that could be read; empty where none."""
    known = (subnet_of(case, one) for one in ((subnet,) if subnet else case.spec.subnets))
    return next((one.vpc for one in known if one is not None), "")


def table(case: Case, subnet: str) -> RouteTable | None:
    """The route table that a subnet follows."""
    return table_of(chart(case.snapshot), subnet)


def is_public(case: Case, symptom: Symptom) -> bool:
    """Whether the packets leave the VPC: by the address that was dialled, else by where the name leads."""
    if symptom.address is not None:
        return not (is_private(symptom.address) or is_inside(case, symptom.subnet, symptom.address))
    return file_system(symptom.target.host) is None and not _configured(case, symptom)


def is_inside(case: Case, subnet: str, address: str) -> bool:
    """Whether an address is one of the VPC's own."""
    known = chart(case.snapshot).vpcs.get(vpc_of(case, subnet))
    return known is not None and inside(address, known.cidrs)


def ways(case: Case, symptom: Symptom) -> tuple[tuple[Hop, ...], ...]:
    """The gates on the path of a symptom: of the address that was dialled, else of each that would be."""
    return tuple(walked(case, symptom, address) for address in _destinations(case, symptom))


def walked(case: Case, symptom: Symptom, address: str | None) -> tuple[Hop, ...]:
    """The gates on the way from the symptom's subnet to an address."""
    flow = Flow(
        subnet=symptom.subnet,
        groups=case.spec.security_groups,
        public_ip=case.spec.assign_public_ip,
        port=symptom.target.port,
        address=address,
        service_name=service_name(symptom.target),
        local_ports=_local_ports(case, symptom),
    )
    return path(case.snapshot, flow)


def _destinations(case: Case, symptom: Symptom) -> tuple[str | None, ...]:
    """Nothing where it is known only that the way does not lead out of the VPC."""
    if symptom.address is not None:
        return (symptom.address,)
    outside = (None,) if file_system(symptom.target.host) is None else ()
    return _configured(case, symptom) or outside


def _configured(case: Case, symptom: Symptom) -> tuple[str, ...]:
    """Where the name leads by configuration: to its endpoint, or to the mount target of the zone."""
    identity, name = file_system(symptom.target.host), service_name(symptom.target)
    if identity is not None:
        return mount_targets.addresses(case.snapshot, identity, symptom.subnet)
    return addresses(case.snapshot, vpc_of(case, symptom.subnet), name) if name is not None else ()


def _local_ports(case: Case, symptom: Symptom) -> Ports:
    """Where replies come back to: a function's are translated; a task's own range the probe recorded.

    It is recorded once a run (``32768-60999``), on whichever observation came first.
    """
    if symptom.road is Road.FUNCTION:
        return NAT_PORTS
    here = (outcome for outcome in case.outcomes if outcome.subnet == symptom.subnet)
    seen = (one for outcome in here for one in outcome.observations if one.road is not Road.FUNCTION)
    told = (str(one.facts.get("local_ports", "")) for one in seen)
    found = (_RANGE.fullmatch(text) for text in told)
    return next(((int(one[1]), int(one[2])) for one in found if one is not None), LINUX_PORTS)


def unsettled(case: Case, symptom: Symptom, name: str) -> str:
    """What would tell a missing way out from a name that should lead to an endpoint.

    Empty where configuration tells it: no endpoint serves the name here.
    """
    known = case.snapshot.endpoints
    if isinstance(known, Denied):
        return f"whether an endpoint serves {name} here ({known.action} on {known.resource}: {known.words})"
    endpoint = interface_for(case.snapshot, name)
    if endpoint is None or symptom.target.service == S3 or endpoint.requester_managed:
        return ""
    return f"why {symptom.target.host} leads to a public address, though {endpoint.id} serves {name} here"
