"""What is measured and why: the eight services always, and every host that the definition needs besides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from probe import endpoints
from probe.model import Call, Layer, Requirement, Target
from probe.plan.calls import UNRESTRAINED, Restraint, Use, uses
from probe.plan.hosts import GROUP as HOST_GROUP

UNNEEDED = "nothing in the task needs it"
_ASKED = "asked for"
_HTTPS = 443
_FOLDED = {"sts": "kms"}
"""With hosts besides the eight services, STS shares KMS's reporter: a task has ten containers at most."""


def targets(
    requirements: Iterable[Requirement],
    *,
    region: str,
    account: str,
    services: Sequence[str] = (),
    hosts: Sequence[Target] = (),
    restraint: Restraint = UNRESTRAINED,
) -> tuple[Target, ...]:
    """One target a service and region, and one a host: the eight services first, needed or not.

    ``services`` are suffixes that count as needed because somebody asked; ``hosts`` come from
    ``hosts``; ``restraint`` is what must not be called.
    """
    found = {service: _service(service, region, account) for service in endpoints.SERVICES}
    for service in services:
        found[service] = _merged(found[service], Use(service=service, region=region, because=_ASKED))
    for use in (use for requirement in requirements for use in uses(requirement, restraint)):
        name = _name(use, region)
        found[name] = _merged(found.get(name) or _target(use, name, account), use)
    for host in hosts:
        known = found.get(host.name)
        found[host.name] = msgspec.structs.replace(known, needed=True) if known else host
    return tuple(_grouped(found.values()))


def together(plans: Sequence[Sequence[Target]]) -> tuple[Target, ...]:
    """What several plans ask for, each target once: needed where one of them needs it, with all their calls.

    A ``ValueError`` where one name stands for different things to measure.
    """
    found: dict[str, Target] = {}
    for target in (target for plan in plans for target in plan):
        known = found.get(target.name)
        found[target.name] = _united(known, target) if known else target
    return tuple(_grouped(found.values()))


def _united(one: Target, other: Target) -> Target:
    if _measured(one) != _measured(other) or _clash(one.calls, other.calls):
        raise ValueError(f"{one.name} is measured in two ways")
    reasons = [part for target in (one, other) if target.because != UNNEEDED for part in _reasons(target)]
    calls = one.calls
    for call in other.calls:
        calls = _joined(calls, call)
    return msgspec.structs.replace(
        one,
        needed=one.needed or other.needed,
        wanted=one.wanted or other.wanted,
        because="; ".join(dict.fromkeys(reasons)) or UNNEEDED,
        calls=calls,
    )


def _measured(target: Target) -> tuple[object, ...]:
    """What of a target is one for all who share it."""
    return target.host, target.port, target.tunnel, target.blocked, target.layers, target.optional


def _clash(calls: Sequence[Call], others: Sequence[Call]) -> bool:
    """Whether one image is pinned to two digests, or the like; a log group takes any stream."""
    made = {(call.operation, call.reference): call.arguments for call in calls}
    both = [call for call in others if (call.operation, call.reference) in made]
    apart = [call for call in both if call.arguments != made[call.operation, call.reference]]
    return any(not call.operation.startswith("logs:") for call in apart)


def _reasons(target: Target) -> list[str]:
    return target.because.split("; ")


def _service(service: str, region: str, account: str) -> Target:
    return Target(
        name=service,
        service=service,
        host=endpoints.host(service, region, account),
        region=region,
        needed=False,
        because=UNNEEDED,
        group=service,
        calls=_standing(service, account),
    )


def _standing(service: str, account: str) -> tuple[Call, ...]:
    """The signed call that is made where nothing needs the service: it proves the path and says who calls."""
    match service:
        case "ecr.api":
            return (Call(operation="ecr:GetAuthorizationToken", reference=account, needed=False),)
        case "sts":
            return (Call(operation="sts:GetCallerIdentity", needed=False),)
        case _:
            return ()


def _target(use: Use, name: str, account: str) -> Target:
    if use.service != "host":
        group = use.service if use.service in endpoints.SERVICES else HOST_GROUP
        return msgspec.structs.replace(_service(use.service, use.region, account), name=name, group=group)
    return Target(
        name=name,
        service="host",
        host=use.host,
        port=use.port,
        region=use.region,
        needed=False,
        because=UNNEEDED,
        group=HOST_GROUP,
        layers=_layers(use),
    )


def _layers(use: Use) -> tuple[Layer, ...]:
    """What can be asked of a host: nobody answers a datagram, so of UDP only the name."""
    if use.transport == "udp":
        return (Layer.DNS,)
    secured = use.transport == "tls" or (not use.transport and use.port == _HTTPS) or use.call is not None
    spoken = (Layer.HTTP,) if use.call is not None else ()
    return (Layer.DNS, Layer.TCP, *((Layer.TLS,) if secured else ()), *spoken)


def _name(use: Use, region: str) -> str:
    if use.service == "host":
        return f"{use.host}:{use.port}"
    return use.service if use.region in {region, ""} else f"{use.service}@{use.region}"


def _merged(target: Target, use: Use) -> Target:
    """The target with one more use: its call once, its reasons joined, the registry's own name kept."""
    reasons = [] if target.because == UNNEEDED else _reasons(target)
    host = use.host if use.host and not target.calls else target.host
    return msgspec.structs.replace(
        target,
        host=host,
        needed=target.needed or use.needed,
        wanted=target.wanted or not use.needed,
        because="; ".join(dict.fromkeys([*reasons, use.because])),
        calls=_joined(target.calls, use.call),
    )


def _joined(calls: tuple[Call, ...], call: Call | None) -> tuple[Call, ...]:
    """One call a distinct operation and reference; a needed one takes the place of a standing one."""
    if call is None:
        return calls
    same = [one for one in calls if (one.operation, one.reference) == (call.operation, call.reference)]
    if any(one.needed for one in same):
        return calls
    return (*(one for one in calls if one not in same), call)


def _grouped(found: Iterable[Target]) -> Iterable[Target]:
    listed = tuple(found)
    if not any(target.group == HOST_GROUP for target in listed):
        return listed
    return (msgspec.structs.replace(one, group=_FOLDED.get(one.group, one.group)) for one in listed)
