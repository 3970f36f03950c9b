"""The flows that are tried in every drawn VPC, each as configuration judges it."""

from __future__ import annotations

from dataclasses import dataclass

from probe.evidence.flows import Flow, Gate, Hop, Verdict
from probe.evidence.snapshot import Snapshot
from probe.evidence.walk import closed, path
from tests.lab.fidelity.ground import REGION, Ground

AWS, S3 = "198.51.100.9", "192.0.2.1"
TCP, UDP = "6", "17"
HTTPS, HTTP, DNS = 443, 80, 53


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A connection from the task in a subnet.  ``service`` is the endpoint service, where there is one."""

    subnet: str
    name: str
    address: str
    port: int = HTTPS
    protocol: str = TCP
    service: str | None = None


def trials(ground: Ground) -> tuple[Trial, ...]:
    """From every task: to both of the endpoint's interfaces, to two public places, and over UDP."""
    ids = list(ground.listeners.values())
    described = ground.ec2.describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]
    at = {one["NetworkInterfaceId"]: one["PrivateIpAddress"] for one in described}
    near, far = (at[ground.listeners[one]] for one in "ab")
    found = []
    for subnet in ground.tasks:
        found += [
            Trial(subnet=subnet, name="endpoint in a", address=near),
            Trial(subnet=subnet, name="endpoint in b", address=far),
            Trial(subnet=subnet, name="endpoint in b by UDP", address=far, port=DNS, protocol=UDP),
            Trial(subnet=subnet, name="AWS", address=AWS),
            Trial(subnet=subnet, name="AWS on port 80", address=AWS, port=HTTP),
            Trial(subnet=subnet, name="S3", address=S3, service=f"com.amazonaws.{REGION}.s3"),
        ]
    return tuple(found)


def walked(ground: Ground, snapshot: Snapshot, trial: Trial) -> tuple[Hop, ...]:
    """The gates on the way of a trial."""
    flow = Flow(
        subnet=ground.subnets[trial.subnet],
        groups=(ground.groups["task"],),
        public_ip=trial.subnet == "p",
        port=trial.port,
        protocol=trial.protocol,
        address=trial.address,
        service_name=trial.service,
    )
    return path(snapshot, flow)


def verdict(hops: tuple[Hop, ...]) -> Verdict:
    """What all gates together say: one that blocks is enough, and one that is not known spoils the rest."""
    said = {hop.verdict for hop in hops}
    return next(one for one in (Verdict.BLOCKS, Verdict.UNKNOWN, Verdict.ALLOWS) if one in said)


def parts(hops: tuple[Hop, ...]) -> set[str]:
    """The parts of the configuration that block: what decides a flow is the only part that does."""
    return {_part(hop) for hop in closed(hops) if hop.verdict is Verdict.BLOCKS}


def _part(hop: Hop) -> str:
    match hop.gate:
        case Gate.GROUP_EGRESS:
            return "egress"
        case Gate.GROUP_INGRESS:
            return "ingress"
        case Gate.ACL_REPLY:
            return "reply"
        case Gate.ACL_REQUEST:
            return "nacl-out" if "/egress/" in hop.subject else "nacl-in"
        case _:
            return "route"
