"""Flows through real kernels: states, who connects where in them, and what must come of it.

Run as a program in namespaces of its own (``python -m tests.lab.flows``) it builds the states one after the
other in one kernel, tries every flow, and prints ``{flow: outcome}`` as JSON.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from probe.lab import netns
from probe.lab.compile import compile_state
from probe.lab.compile.conditions import USUAL, Conditions
from probe.lab.kernel import Kernel
from probe.lab.state import AclEntry, Kind, Route, Rule, State
from tests.lab import states

SILENT = "silence"
PATIENCE = 0.4
ANY = "0.0.0.0"  # noqa: S104 - of a namespace that this program made


@dataclass(frozen=True)
class Flow:
    """``source`` connects to ``address``; ``outcome`` is the address that the other side sees, or silence."""

    name: str
    state: State
    source: str
    address: str
    outcome: str
    port: int = 443
    conditions: Conditions = USUAL


def deny(number: int, first: int, last: int, *, egress: bool) -> AclEntry:
    return AclEntry(
        number=number, egress=egress, allow=False, cidr=states.EVERYWHERE, protocol="6", ports=(first, last)
    )


_BLOCKS_REPLY = states.with_acl(deny(90, 32768, 60999, egress=False))
_BLOCKS_LATE = states.with_acl(deny(110, 32768, 60999, egress=False))
_NAT_BLOCKS_REPLY = replace(
    states.WHOLE,
    acls=(
        states.WHOLE.acls[0],
        states.acl("acl-0002", "subnet-p", entries=(*states.ALLOW_ALL, deny(90, 1024, 32767, egress=False))),
    ),
)
_NO_EGRESS = states.with_groups(states.group("sg-task"))
_ONLY_VPC = states.with_groups(
    states.group("sg-task", Rule(egress=True, peer="10.0.0.0/16", protocol="tcp", ports=states.HTTPS))
)
_ONLY_S3 = states.with_groups(states.group("sg-task", Rule(egress=True, peer="pl-0001")))
_CLOSED_ENDPOINT = states.with_groups(states.group("sg-endpoint", states.OUT))
_GATEWAY = replace(states.with_routes(), endpoints=(states.S3_GATEWAY,))
_GATEWAY_ELSEWHERE = replace(
    states.with_routes(), endpoints=(replace(states.S3_GATEWAY, route_tables=("rtb-00000002",)),)
)
_PRIVATE_NAT = replace(
    states.WHOLE, enis=tuple(replace(one, public_address=None) for one in states.WHOLE.enis)
)
_BLACKHOLE = states.with_routes(
    Route(destination=states.EVERYWHERE, target="nat-0001"),
    Route(destination="192.0.2.0/24", target="nat-gone"),
)
_MIDDLEBOX = states.with_routes(Route(destination="10.0.1.0/24", target=states.NEIGHBOUR))
_ATTACHED = states.attached()
_NO_WAY_OVER = states.attached(Route(destination="10.0.0.0/16", target=states.VPC))
_INSTANCE = replace(
    states.with_routes(Route(destination=states.EVERYWHERE, target="i-0001")),
    enis=(
        states.WHOLE.enis[0],
        replace(
            states.WHOLE.enis[4], kind=Kind.INSTANCE, owner="i-0001", checked=False, groups=("sg-endpoint",)
        ),
    ),
)
_CHECKED_INSTANCE = replace(_INSTANCE, enis=tuple(replace(one, checked=True) for one in _INSTANCE.enis))
_TINY = Conditions(largest=50)
_SMALL = Conditions(largest=200)
_SWALLOWED = Conditions(silent_blocks=(states.AWS,))

FLOWS = (
    Flow("a group's member may", states.WHOLE, states.TASK, states.ENDPOINT_ADDRESS, states.TASK_ADDRESS),
    Flow("another port is not", states.WHOLE, states.TASK, states.ENDPOINT_ADDRESS, SILENT, 80),
    Flow("who is no member is not", states.WHOLE, states.NEIGHBOUR, states.ENDPOINT_ADDRESS, SILENT),
    Flow("neighbours meet groups", states.WHOLE, states.TASK, states.NEIGHBOUR_ADDRESS, states.TASK_ADDRESS),
    Flow("NAT shows its public address", states.WHOLE, states.TASK, states.AWS, states.NAT_PUBLIC),
    Flow("a public task shows its own", states.WHOLE, states.PUBLIC, states.AWS, states.PUBLIC_PUBLIC),
    Flow("nothing answers on a NAT", states.WHOLE, "world", states.NAT_PUBLIC, SILENT),
    Flow("a public task is filtered", states.WHOLE, "world", states.PUBLIC_PUBLIC, SILENT),
    Flow("an endpoint's group closed", _CLOSED_ENDPOINT, states.TASK, states.ENDPOINT_ADDRESS, SILENT),
    Flow("no egress, no endpoint", _NO_EGRESS, states.TASK, states.ENDPOINT_ADDRESS, SILENT),
    Flow("no egress, no world", _NO_EGRESS, states.TASK, states.AWS, SILENT),
    Flow("egress to the VPC", _ONLY_VPC, states.TASK, states.ENDPOINT_ADDRESS, states.TASK_ADDRESS),
    Flow("and nothing beyond", _ONLY_VPC, states.TASK, states.AWS, SILENT),
    Flow("egress to a prefix list", _ONLY_S3, states.TASK, states.S3, states.NAT_PUBLIC),
    Flow("and no more", _ONLY_S3, states.TASK, states.AWS, SILENT),
    Flow("an ACL stops replies", _BLOCKS_REPLY, states.TASK, states.ENDPOINT_ADDRESS, SILENT),
    Flow("replies through NAT too", _BLOCKS_REPLY, states.TASK, states.AWS, SILENT),
    Flow("not within a subnet", _BLOCKS_REPLY, states.TASK, states.NEIGHBOUR_ADDRESS, states.TASK_ADDRESS),
    Flow("the first number decides", _BLOCKS_LATE, states.TASK, states.ENDPOINT_ADDRESS, states.TASK_ADDRESS),
    Flow("the NAT's own ACL counts", _NAT_BLOCKS_REPLY, states.TASK, states.AWS, SILENT),
    Flow("no route is silence", states.with_routes(), states.TASK, states.AWS, SILENT),
    Flow("a gateway endpoint carries S3", _GATEWAY, states.TASK, states.S3, states.TASK_ADDRESS),
    Flow("and S3 alone", _GATEWAY, states.TASK, states.AWS, SILENT),
    Flow("only for its route tables", _GATEWAY_ELSEWHERE, states.TASK, states.S3, SILENT),
    Flow("a private NAT leads nowhere", _PRIVATE_NAT, states.TASK, states.AWS, SILENT),
    Flow("no public address, no internet", _PRIVATE_NAT, states.PUBLIC, states.AWS, SILENT),
    Flow("the longest prefix wins", _BLACKHOLE, states.TASK, states.AWS, SILENT),
    Flow("and the shorter serves the rest", _BLACKHOLE, states.TASK, states.S3, states.NAT_PUBLIC),
    Flow("a longer route than local wins", _MIDDLEBOX, states.TASK, states.ENDPOINT_ADDRESS, SILENT),
    Flow("a peering joins VPCs", states.peered(), states.TASK, states.PEER_ADDRESS, states.TASK_ADDRESS),
    Flow("only where it is routed", states.peered(), states.PUBLIC, states.PEER_ADDRESS, SILENT),
    Flow("a transit gateway joins VPCs", _ATTACHED, states.TASK, states.PEER_ADDRESS, states.TASK_ADDRESS),
    Flow("only where its table leads", _NO_WAY_OVER, states.TASK, states.PEER_ADDRESS, SILENT),
    Flow("a spoke leaves through its hub", states.spoke(), states.PEER_ENI, states.AWS, states.NAT_PUBLIC),
    Flow("a NAT instance shows its address", _INSTANCE, states.TASK, states.AWS, states.PUBLIC_PUBLIC),
    Flow("its groups count", _INSTANCE, states.TASK, states.AWS, SILENT, 80),
    Flow("its check stops others' packets", _CHECKED_INSTANCE, states.TASK, states.AWS, SILENT),
    Flow("large packets vanish", states.WHOLE, states.TASK, states.AWS, SILENT, 443, _TINY),
    Flow("small ones pass", states.WHOLE, states.TASK, states.AWS, states.NAT_PUBLIC, 443, _SMALL),
    Flow("a black hole swallows", states.WHOLE, states.TASK, states.AWS, SILENT, 443, _SWALLOWED),
)  # fmt: skip


def outcomes() -> dict[str, str]:
    """Every flow's outcome; states that several flows share are built once, each over the one before."""
    kernel, found = Kernel(), dict[str, str]()
    for (_, conditions), flows in stages().items():
        kernel.apply(compile_state(flows[0].state, conditions))
        listening = [netns.listen(name, ANY, 443) for name in netns.names()]
        for one in listening:
            threading.Thread(target=_tell, args=(one,), daemon=True).start()
        with ThreadPoolExecutor(len(flows)) as pool:
            found |= dict(zip((flow.name for flow in flows), pool.map(_try, flows), strict=True))
        for one in listening:
            one.shutdown(socket.SHUT_RDWR)
    return found


def stages() -> dict[tuple[int, Conditions], list[Flow]]:
    """The flows by the state that they share."""
    found: dict[tuple[int, Conditions], list[Flow]] = {}
    for flow in FLOWS:
        found.setdefault((id(flow.state), flow.conditions), []).append(flow)
    return found


def _tell(listening: socket.socket) -> None:
    """Tell everybody who connects the address they came from, until the socket is shut."""
    while True:
        try:
            connection, peer = listening.accept()
        except OSError:
            return
        with connection:
            connection.sendall(str(peer[0]).encode())


def _try(flow: Flow) -> str:
    try:
        with netns.connect(flow.source, flow.address, flow.port, PATIENCE) as connection:
            return connection.recv(64).decode()
    except TimeoutError:
        return SILENT
    except OSError as error:
        return type(error).__name__


if __name__ == "__main__":
    sys.stdout.write(json.dumps(outcomes()))
