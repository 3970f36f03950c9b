"""Assertions: what somebody said to be private or blocked, and how each service is really reached."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Clues, Rule, Symptom, about, nothing, says
from probe.diagnosis.commands import ec2
from probe.diagnosis.endpoints import attributes, creation
from probe.diagnosis.reach import is_public, service_name, table, walked
from probe.diagnosis.symptoms import heard, named
from probe.evidence.flows import Gate, Verdict
from probe.evidence.snapshot import Denied, Endpoint
from probe.evidence.vpc_endpoints import gateway_for, interface_for
from probe.model import Layer, Status


class Way(StrEnum):
    """How a target is reached; S3 keeps its public addresses through a gateway endpoint."""

    PRIVATE = "private"
    GATEWAY = "gateway endpoint"
    PUBLIC = "public"
    UNKNOWN = "unknown"


def way(case: Case, symptom: Symptom) -> Way:
    """The way of one connection: by its address, and where a road tells none, by configuration."""
    hops = walked(case, symptom, symptom.address)
    if symptom.address is None and any(hop.gate is Gate.PLACE for hop in hops):
        return Way.UNKNOWN
    if not is_public(case, symptom):
        return Way.PRIVATE
    if any(hop.gate is Gate.ENDPOINT and hop.subject.startswith("vpce-") for hop in hops):
        return Way.GATEWAY
    routed = not any(hop.gate in {Gate.ROUTE, Gate.PLACE} and hop.verdict is Verdict.UNKNOWN for hop in hops)
    seen = not isinstance(case.snapshot.endpoints, Denied)
    return Way.PUBLIC if (routed and seen) or symptom.target.service != "s3" else Way.UNKNOWN


def connections(case: Case) -> Iterator[Symptom]:
    """Every connection that came about to a needed target, in every subnet."""
    for subnet in case.spec.subnets:
        for target in case.targets:
            for one in heard(case, subnet, target.name) if target.needed else ():
                if (one.layer, one.status) == (Layer.TCP, Status.PASS):
                    yield Symptom(subnet=subnet, target=target, layer=one.layer, observation=one)


def broken_assertions(case: Case) -> Iterator[Clue]:
    """What somebody asserted to be closed or private, and was reached all the same."""
    for one in connections(case):
        if one.target.blocked:
            yield about("unexpected-access", one.at, one)
        elif case.expect_private and one.target.service != "host" and way(case, one) is Way.PUBLIC:
            yield about("unexpected-public-path", one.target.service, one)


def untold(case: Case) -> tuple[str, ...]:
    """Services whose privacy was asserted, and which neither an address nor configuration tells."""
    if not case.expect_private:
        return ()
    asked = (one for one in connections(case) if one.target.service != "host")
    return named(one.target.name for one in asked if way(case, one) is Way.UNKNOWN)


def _public_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """The endpoint that serves S3 is associated, one whose names lead elsewhere answers them, else made."""
    symptoms = [clue.symptom for clue in clues if clue.symptom is not None]
    target = symptoms[0].target
    name = service_name(target) or ""
    gateway, interface = gateway_for(case.snapshot, name), interface_for(case.snapshot, name)
    if gateway is not None:
        return _associated(case, gateway, named(one.subnet for one in symptoms))
    if interface is None:
        return (creation(case, name, target.region),)
    switched = ec2(case, "modify-vpc-endpoint", vpc_endpoint_id=interface.id, private_dns_enabled=True)
    return (*attributes(case), *(() if interface.private_dns else (switched,)))


def _associated(case: Case, gateway: Endpoint, subnets: tuple[str, ...]) -> tuple[str, ...]:
    followed = (table(case, subnet) for subnet in subnets)
    tables = named(one.id for one in followed if one is not None)
    if not tables:
        return ()
    return (ec2(case, "modify-vpc-endpoint", vpc_endpoint_id=gateway.id, add_route_table_ids=tables),)


RULES = (
    Rule(
        "unexpected-public-path",
        "A service is reached over a public address",
        says("{subject} was reached over a public address, and --expect-private asks for none."),
        _public_fix,
    ),
    Rule(
        "unexpected-access",
        "A host that must be blocked can be reached",
        says("{subject} could be reached, and --expect-blocked says that it must not be."),
        nothing,
    ),
)
