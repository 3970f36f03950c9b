"""Names that lead to an address that is neither AWS's nor this VPC's endpoint's: who led them there."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Symptom, about
from probe.diagnosis.reach import is_inside, service_name, vpc_of
from probe.evidence.dns import custom_servers, firewall_rule, hosted_zone, resolver_rule
from probe.evidence.fits import is_private
from probe.evidence.places import Chart, chart, endpoint_at
from probe.evidence.snapshot import Denied, ForeignEndpoint
from probe.evidence.vpc_endpoints import addresses, interface_for


def clues(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """The setting behind an address that the service does not have; where nobody told it, behind the name."""
    there, vpc, address = chart(case.snapshot), vpc_of(case, symptom.subnet), symptom.address
    if address is not None and not _is_stray(case, symptom, address):
        return
    led, hub = _leading(there, vpc, symptom), abroad(case, symptom)
    if led is not None and not _is_its_own(led, symptom):
        yield msgspec.structs.replace(led, said=(*led.said, *_named(hub)))
    elif address is not None and not is_private(address):
        yield from _unasked(case, symptom)
    elif address is not None and not is_inside(case, symptom.subnet, address):
        subject = hub.id if hub is not None else symptom.at
        yield about("dns-answer-foreign", subject, symptom, *_named(hub), address=address)


def abroad(case: Case, symptom: Symptom) -> ForeignEndpoint | None:
    """The endpoint of another VPC, for the very service, that the name led to."""
    found = chart(case.snapshot).foreign.get(symptom.address or "")
    return found if found is not None and found.service_name == service_name(symptom.target) else None


def _named(hub: ForeignEndpoint | None) -> tuple[str, ...]:
    if hub is None:
        return ()
    whose = f"{hub.vpc} ({', '.join(hub.cidrs)}), of account {hub.owner}" if hub.owner else hub.vpc
    return (f"{hub.address} is {hub.id}, the endpoint for {hub.service_name} in {whose}",)


def is_led(case: Case, symptom: Symptom) -> bool:
    """Whether some setting of this VPC answers for the name, so that configuration does not tell where to."""
    return _leading(chart(case.snapshot), vpc_of(case, symptom.subnet), symptom) is not None


def _is_its_own(led: Clue, symptom: Symptom) -> bool:
    """A private zone is where a host that is not AWS's has its name: it leads nobody astray."""
    return led.code == "dns-answer-foreign" and service_name(symptom.target) is None


def _is_stray(case: Case, symptom: Symptom, address: str) -> bool:
    """Whether the name should have led elsewhere; no, where the interfaces could not be read.

    A public address is where AWS is, unless an endpoint's private DNS or a setting of the VPC says otherwise.
    """
    there, name = chart(case.snapshot), service_name(symptom.target)
    if name is None or isinstance(case.snapshot.interfaces, Denied):
        return False
    owner = endpoint_at(there, address)
    vpc = vpc_of(case, symptom.subnet)
    if owner is not None and owner.service_name == name:
        return False
    meant = addresses(case.snapshot, vpc, name)
    return address not in meant and (is_private(address) or bool(meant) or _is_answered(there, vpc, symptom))


def _is_answered(there: Chart, vpc: str, symptom: Symptom) -> bool:
    """Whether the VPC itself answers: a firewall's override and a hosted zone may hold any address."""
    host = symptom.target.host
    return firewall_rule(there, vpc, host) is not None or hosted_zone(there, vpc, host) is not None


def firewalled(there: Chart, vpc: str, symptom: Symptom) -> Clue | None:
    """The DNS Firewall rule group that answers for the name."""
    host = symptom.target.host
    blocking = firewall_rule(there, vpc, host)
    if blocking is None:
        return None
    said = f"a DNS Firewall rule of {blocking.group}, associated with {vpc}, answers for {host}"
    return about("dns-firewall-blocks", blocking.group, symptom, said)


def diverted(there: Chart, vpc: str, symptom: Symptom) -> Clue | None:
    """The Resolver rule that forwards the name."""
    rule = resolver_rule(there, vpc, symptom.target.host)
    if rule is None:
        return None
    domain, targets = rule.domain or "every name", ", ".join(rule.targets) or "elsewhere"
    return about("resolver-rule-diverts", rule.id, symptom, f"{rule.id} forwards {domain} to {targets}")


def _zoned(there: Chart, vpc: str, symptom: Symptom) -> Clue | None:
    """The private hosted zone that answers for the name, and whose it is where another account shares it."""
    host, zone = symptom.target.host, hosted_zone(there, vpc, symptom.target.host)
    if zone is None:
        return None
    owner = f", of account {zone.owner}," if zone.owner and zone.owner != _owner(there, vpc) else ""
    said = f"{zone.id} ({zone.name}){owner} answers for {host} in {vpc}"
    return about("dns-answer-foreign", zone.id, symptom, said, address=symptom.address or "")


def _leading(there: Chart, vpc: str, symptom: Symptom) -> Clue | None:
    """Whatever answers for the name, in the order in which they are asked."""
    found = (look(there, vpc, symptom) for look in (firewalled, diverted, _zoned))
    return next((clue for clue in found if clue is not None), None)


def _owner(there: Chart, vpc: str) -> str | None:
    return there.vpcs[vpc].owner if vpc in there.vpcs else None


def _unasked(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """Public addresses in spite of private DNS: a name server that does not ask the VPC's resolver."""
    there, vpc = chart(case.snapshot), vpc_of(case, symptom.subnet)
    servers = custom_servers(there, vpc)
    endpoint = interface_for(case.snapshot, service_name(symptom.target) or "")
    if servers and endpoint is not None:
        options = there.vpcs[vpc].dhcp_options
        said = (
            f"{endpoint.id} has private DNS, but {vpc} asks {', '.join(servers)} for names ({options}), and "
            "that answers without asking the VPC's resolver"
        )
        yield about("private-dns-disabled", vpc, symptom, said, switch="servers")
