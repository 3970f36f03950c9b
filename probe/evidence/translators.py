"""What sends packets on under an address of its own: NAT gateways, and instances that forward."""

from __future__ import annotations

from probe.evidence.fits import why
from probe.evidence.flows import Gate, Hop, Verdict
from probe.evidence.places import Chart
from probe.evidence.snapshot import Denied, Interface, NatGateway
from probe.evidence.vpc_endpoints import AVAILABLE
from probe.model import Noun


class Translator(Noun, kw_only=True):
    """A NAT gateway or instance in ``subnet``; ``at`` is what of it would have to be changed.

    ``groups`` is empty for a gateway, which has none; ``public`` is whether an internet gateway carries what
    it sends; ``trouble`` is why it forwards nothing.
    """

    id: str
    at: str
    subnet: str
    public: bool
    kind: str
    groups: tuple[str, ...] = ()
    trouble: str | None = None


def find(there: Chart, target: str) -> Translator | Hop:
    """The translator that a route's target is; a hop that says so where it could not be read."""
    if target.startswith("nat-"):
        gateway = there.nats.get(target)
        return _unread(target, there.snapshot.nat_gateways) if gateway is None else _gateway(gateway)
    interface = interface_of(there, target)
    return _unread(target, there.snapshot.interfaces) if interface is None else _instance(there, interface)


def interface_of(there: Chart, target: str) -> Interface | None:
    """The interface that a route names, itself or by its instance."""
    return next((one for one in there.interfaces.values() if target in {one.id, one.attached_to}), None)


def _gateway(gateway: NatGateway) -> Translator:
    return Translator(
        id=gateway.id,
        at=gateway.subnet,
        subnet=gateway.subnet,
        public=gateway.public,
        kind="NAT gateway",
        trouble=None if gateway.state == AVAILABLE else f"{gateway.id} is {gateway.state}",
    )


def _instance(there: Chart, interface: Interface) -> Translator:
    name = interface.attached_to or interface.id
    instance, trouble = there.instances.get(name), None
    if interface.source_dest_check:
        trouble = f"{name} checks source and destination, so it forwards nothing"
    elif instance is not None and instance.state != "running":
        trouble = f"{name} is {instance.state}"
    return Translator(
        id=name,
        at=interface.id,
        subnet=interface.subnet,
        public=interface.public_address is not None,
        kind="NAT instance",
        groups=interface.groups,
        trouble=trouble,
    )


def _unread(target: str, part: object) -> Hop:
    words = why(part) if isinstance(part, Denied) else f"{target} could not be read"
    return Hop(gate=Gate.NAT, verdict=Verdict.UNKNOWN, subject=target, because=words)
