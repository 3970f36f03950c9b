"""AWS's documented rules, one row each, and what must become of packets that meet them.

Every row of AWS's has the page that says so.  ``FAULTS`` are the lab's own switches, which no page describes.
"""

from __future__ import annotations

from dataclasses import replace

from probe.lab.access import PublicAccess
from probe.lab.compile.conditions import Conditions
from probe.lab.compile.devices import OPERATOR, OPERATOR_ADDRESS, RESOLVER
from probe.lab.state import AclEntry, Kind, Route, Rule
from tests.lab import states
from tests.lab.flows import DNS, SILENT, Flow
from tests.lab.states import (
    ALLOW_ALL,
    AWS,
    ENDPOINT_ADDRESS,
    EVERYWHERE,
    HTTPS,
    NAT_PUBLIC,
    NEIGHBOUR,
    NEIGHBOUR_ADDRESS,
    OUT,
    PEER,
    PEER_ADDRESS,
    PEER_ENI,
    PUBLIC,
    PUBLIC_PUBLIC,
    S3,
    S3_GATEWAY,
    TASK,
    TASK_ADDRESS,
    VPC,
    WHOLE,
)

PLUS_TWO = "10.0.0.2"
GUIDE = "https://docs.aws.amazon.com/vpc/latest/"


def deny(number: int, first: int, last: int, *, egress: bool) -> AclEntry:
    return AclEntry(
        number=number, egress=egress, allow=False, cidr=EVERYWHERE, protocol="6", ports=(first, last)
    )


_BLOCKS_REPLY = states.with_acl(deny(90, 32768, 60999, egress=False))
_SOME_REPLIES = replace(
    WHOLE,
    acls=(
        states.acl(
            "acl-0001",
            "subnet-a",
            "subnet-b",
            entries=(
                ALLOW_ALL[0],
                AclEntry(number=100, egress=False, allow=True, cidr=EVERYWHERE, protocol="6", ports=HTTPS),
                AclEntry(
                    number=110, egress=False, allow=True, cidr=EVERYWHERE, protocol="6", ports=(49152, 65535)
                ),
            ),
        ),
        WHOLE.acls[1],
    ),
)
_BLOCKS_LATE = states.with_acl(deny(110, 32768, 60999, egress=False))
_NAT_BLOCKS_REPLY = replace(
    WHOLE,
    acls=(
        WHOLE.acls[0],
        states.acl("acl-0002", "subnet-p", entries=(*ALLOW_ALL, deny(90, 1024, 32767, egress=False))),
    ),
)
_NO_EGRESS = states.with_groups(states.group("sg-task"))
_ONLY_VPC = states.with_groups(
    states.group("sg-task", Rule(egress=True, peer="10.0.0.0/16", protocol="tcp", ports=HTTPS))
)
_ONLY_S3 = states.with_groups(states.group("sg-task", Rule(egress=True, peer="pl-0001")))
_CLOSED_ENDPOINT = states.with_groups(states.group("sg-endpoint", OUT))
_GATEWAY = replace(states.with_routes(), endpoints=(S3_GATEWAY,))
_GATEWAY_ELSEWHERE = replace(
    states.with_routes(), endpoints=(replace(S3_GATEWAY, route_tables=("rtb-00000002",)),)
)
_PRIVATE_NAT = replace(WHOLE, enis=tuple(replace(one, public_address=None) for one in WHOLE.enis))
_BLACKHOLE = states.with_routes(
    Route(destination=EVERYWHERE, target="nat-0001"),
    Route(destination="192.0.2.0/24", target="nat-gone"),
)
_MIDDLEBOX = states.with_routes(Route(destination="10.0.1.0/24", target=NEIGHBOUR))
_ATTACHED = states.attached()
_REFERENCED = states.attached(admitted="sg-task")
_NO_WAY_OVER = states.attached(Route(destination="10.0.0.0/16", target=VPC))
_DROPPED = states.attached(
    Route(destination="10.0.0.0/8", target=PEER), Route(destination="10.7.0.0/16", target="blackhole")
)
_NO_DNS = replace(WHOLE, vpcs=(replace(WHOLE.vpcs[0], dns_support=False),))
_OWN_TABLE = replace(WHOLE, route_tables=(*WHOLE.route_tables, states.table("rtb-00000003", "subnet-a")))
_SHUT_IN = replace(WHOLE, route_tables=(WHOLE.route_tables[0], states.table("rtb-00000002", "subnet-p")))
_SEVERAL_BLOCKS = replace(
    WHOLE, vpcs=(replace(WHOLE.vpcs[0], cidrs=tuple(subnet.cidr for subnet in WHOLE.subnets)),)
)
_INSTANCE = replace(
    states.with_routes(Route(destination=EVERYWHERE, target="i-0001")),
    enis=(
        WHOLE.enis[0],
        replace(WHOLE.enis[4], kind=Kind.INSTANCE, owner="i-0001", checked=False, groups=("sg-endpoint",)),
    ),
)
_CHECKED_INSTANCE = replace(_INSTANCE, enis=tuple(replace(one, checked=True) for one in _INSTANCE.enis))
_TINY = Conditions(largest=50)
_SMALL = Conditions(largest=200)
_SWALLOWED = Conditions(shut_blocks=((AWS, "drop"),))
_REFUSED = Conditions(shut_blocks=((AWS, "refuse"),))
_RESET = Conditions(shut_blocks=((AWS, "reset"),))

_APART = replace(
    _ATTACHED,
    attachments=(replace(_ATTACHED.attachments[0], subnets=("subnet-b",)), _ATTACHED.attachments[1]),
)
_ICMP_ONLY = states.with_groups(states.group("sg-task", Rule(egress=True, peer=EVERYWHERE, protocol="icmp")))
_RANGE = states.with_groups(
    states.group("sg-task", Rule(egress=True, peer=EVERYWHERE, protocol="tcp", ports=(400, 500)))
)
_CLOSED = replace(WHOLE, public_access=PublicAccess(mode="block-bidirectional"))
_INGRESS = replace(WHOLE, public_access=PublicAccess(mode="block-ingress"))


def _spared(identity: str, mode: str) -> PublicAccess:
    return PublicAccess(mode="block-bidirectional", exclusions=((identity, mode),))


_EXCLUDED = replace(WHOLE, public_access=_spared(VPC, "allow-bidirectional"))
_EGRESS = replace(WHOLE, public_access=_spared("subnet-p", "allow-egress"))
_FAILED = replace(_GATEWAY, endpoints=(replace(S3_GATEWAY, state="failed"),))
_UNLISTED = replace(
    WHOLE,
    acls=(states.acl("acl-0001", "subnet-a", "subnet-b", entries=ALLOW_ALL[:1]), WHOLE.acls[1]),
)

RULES: dict[str, tuple[Flow, ...]] = {
    f"{GUIDE}userguide/vpc-security-groups.html": (
        Flow("a group's member may", WHOLE, TASK, ENDPOINT_ADDRESS, TASK_ADDRESS),
        Flow("another port is not", WHOLE, TASK, ENDPOINT_ADDRESS, SILENT, 80),
        Flow("who is no member is not", WHOLE, NEIGHBOUR, ENDPOINT_ADDRESS, SILENT),
        Flow("neighbours meet groups", WHOLE, TASK, NEIGHBOUR_ADDRESS, TASK_ADDRESS),
        Flow("a public task is filtered", WHOLE, "world", PUBLIC_PUBLIC, SILENT),
        Flow("an endpoint's group closed", _CLOSED_ENDPOINT, TASK, ENDPOINT_ADDRESS, SILENT),
        Flow("no egress, no endpoint", _NO_EGRESS, TASK, ENDPOINT_ADDRESS, SILENT),
        Flow("no egress, no world", _NO_EGRESS, TASK, AWS, SILENT),
        Flow("the VPC's resolver is not filtered", _NO_EGRESS, TASK, PLUS_TWO, TASK_ADDRESS, DNS),
        Flow("nor under its fixed address", _NO_EGRESS, TASK, RESOLVER, TASK_ADDRESS, DNS),
        Flow("egress to the VPC", _ONLY_VPC, TASK, ENDPOINT_ADDRESS, TASK_ADDRESS),
        Flow("and nothing beyond", _ONLY_VPC, TASK, AWS, SILENT),
        Flow("egress to a prefix list", _ONLY_S3, TASK, S3, NAT_PUBLIC),
        Flow("and no more", _ONLY_S3, TASK, AWS, SILENT),
        Flow("a rule of another protocol does not admit", _ICMP_ONLY, TASK, AWS, SILENT),
        Flow("a range of ports admits what lies in it", _RANGE, TASK, AWS, NAT_PUBLIC),
        Flow("and nothing else", _RANGE, TASK, AWS, SILENT, 80),
    ),
    f"{GUIDE}userguide/nacl-rules.html": (
        Flow("an ACL stops replies", _BLOCKS_REPLY, TASK, ENDPOINT_ADDRESS, SILENT),
        Flow("replies through NAT too", _BLOCKS_REPLY, TASK, AWS, SILENT),
        Flow("not within a subnet", _BLOCKS_REPLY, TASK, NEIGHBOUR_ADDRESS, TASK_ADDRESS),
        Flow("the first number decides", _BLOCKS_LATE, TASK, ENDPOINT_ADDRESS, TASK_ADDRESS),
        Flow("the NAT's own ACL counts", _NAT_BLOCKS_REPLY, TASK, AWS, SILENT),
        Flow("what no entry names is denied", _UNLISTED, TASK, ENDPOINT_ADDRESS, SILENT),
        Flow("no ACL shuts off the VPC's resolver", _BLOCKS_REPLY, TASK, PLUS_TWO, TASK_ADDRESS, DNS),
    ),
    f"{GUIDE}userguide/custom-network-acl.html#nacl-ephemeral-ports": (
        Flow("Linux's replies need its whole range", _SOME_REPLIES, TASK, ENDPOINT_ADDRESS, SILENT),
    ),
    f"{GUIDE}userguide/AmazonDNS-concepts.html": (
        Flow("a VPC without DNS support has no resolver", _NO_DNS, TASK, PLUS_TWO, SILENT, DNS),
    ),
    f"{GUIDE}userguide/VPC_Route_Tables.html": (
        Flow("a subnet without a table of its own follows the main one", WHOLE, TASK, AWS, NAT_PUBLIC),
        Flow("its own comes before the main one", _OWN_TABLE, TASK, AWS, SILENT),
        Flow("every block of the VPC is local", _SEVERAL_BLOCKS, TASK, ENDPOINT_ADDRESS, TASK_ADDRESS),
        Flow("no route is silence", states.with_routes(), TASK, AWS, SILENT),
        Flow("the longest prefix wins", _BLACKHOLE, TASK, AWS, SILENT),
        Flow("and the shorter serves the rest", _BLACKHOLE, TASK, S3, NAT_PUBLIC),
        Flow("a longer route than local wins", _MIDDLEBOX, TASK, ENDPOINT_ADDRESS, SILENT),
    ),
    f"{GUIDE}userguide/VPC_Internet_Gateway.html": (
        Flow("a public task shows its own", WHOLE, PUBLIC, AWS, PUBLIC_PUBLIC),
        Flow("no public address, no internet", _PRIVATE_NAT, PUBLIC, AWS, SILENT),
    ),
    f"{GUIDE}userguide/vpc-nat-gateway.html": (
        Flow("NAT shows its public address", WHOLE, TASK, AWS, NAT_PUBLIC),
        Flow("nothing answers on a NAT", WHOLE, "world", NAT_PUBLIC, SILENT),
        Flow("a private NAT leads nowhere", _PRIVATE_NAT, TASK, AWS, SILENT),
        Flow("nor does one whose subnet has no way out", _SHUT_IN, TASK, AWS, SILENT),
    ),
    f"{GUIDE}userguide/work-with-nat-instances.html": (
        Flow("a NAT instance shows its address", _INSTANCE, TASK, AWS, PUBLIC_PUBLIC),
        Flow("its groups count", _INSTANCE, TASK, AWS, SILENT, 80),
        Flow("its check stops others' packets", _CHECKED_INSTANCE, TASK, AWS, SILENT),
    ),
    f"{GUIDE}privatelink/gateway-endpoints.html": (
        Flow("a gateway endpoint carries S3", _GATEWAY, TASK, S3, TASK_ADDRESS),
        Flow("and S3 alone", _GATEWAY, TASK, AWS, SILENT),
        Flow("only for its route tables", _GATEWAY_ELSEWHERE, TASK, S3, SILENT),
        Flow("an endpoint that is not available leads nowhere", _FAILED, TASK, S3, SILENT),
    ),
    f"{GUIDE}peering/vpc-peering-basics.html": (
        Flow("a peering joins VPCs", states.peered(), TASK, PEER_ADDRESS, TASK_ADDRESS),
        Flow("only where it is routed", states.peered(), PUBLIC, PEER_ADDRESS, SILENT),
        Flow("and carries nothing beyond the peer", states.peered(back=EVERYWHERE), PEER_ENI, AWS, SILENT),
    ),
    f"{GUIDE}tgw/how-transit-gateways-work.html": (
        Flow("a transit gateway joins VPCs", _ATTACHED, TASK, PEER_ADDRESS, TASK_ADDRESS),
        Flow("only where its table leads", _NO_WAY_OVER, TASK, PEER_ADDRESS, SILENT),
        Flow("a black hole of its table's drops", _DROPPED, TASK, PEER_ADDRESS, SILENT),
        Flow("a spoke leaves through its hub", states.spoke(), PEER_ENI, AWS, NAT_PUBLIC),
    ),
    f"{GUIDE}tgw/how-transit-gateways-work.html#tgw-az-overview": (
        Flow("packets keep to their zone", states.spoke("us-east-1b"), PEER_ENI, AWS, SILENT),
    ),
    f"{GUIDE}tgw/tgw-vpc-attachments.html": (
        Flow("a zone without a subnet of the gateway's is cut off", _APART, TASK, PEER_ADDRESS, SILENT),
        Flow("a group's reference does not reach over it", _REFERENCED, TASK, PEER_ADDRESS, SILENT),
    ),
    f"{GUIDE}userguide/security-vpc-bpa.html": (
        Flow("both ways closes the internet gateway", _CLOSED, PUBLIC, AWS, SILENT),
        Flow("and the NAT gateway's way out", _CLOSED, TASK, AWS, SILENT),
        Flow("but nothing within the VPC", _CLOSED, TASK, ENDPOINT_ADDRESS, TASK_ADDRESS),
        Flow("block-ingress leaves NAT gateways", _INGRESS, TASK, AWS, NAT_PUBLIC),
        Flow("and closes public interfaces", _INGRESS, PUBLIC, AWS, SILENT),
        Flow("an excluded VPC is open", _EXCLUDED, PUBLIC, AWS, PUBLIC_PUBLIC),
        Flow("an egress exclusion frees the NAT gateway", _EGRESS, TASK, AWS, NAT_PUBLIC),
        Flow("and no public interface", _EGRESS, PUBLIC, AWS, SILENT),
    ),
}
"""Page to its rules."""

FAULTS = (
    Flow("large packets vanish", WHOLE, TASK, AWS, SILENT, 443, _TINY),
    Flow("small ones pass", WHOLE, TASK, AWS, NAT_PUBLIC, 443, _SMALL),
    Flow("a black hole swallows", WHOLE, TASK, AWS, SILENT, 443, _SWALLOWED),
    Flow("and spares the person at the desk", WHOLE, OPERATOR, AWS, OPERATOR_ADDRESS, 443, _SWALLOWED),
    Flow("a port refuses", WHOLE, TASK, AWS, "ConnectionRefusedError", 443, _REFUSED),
    Flow("a port resets", WHOLE, TASK, AWS, "ConnectionResetError", 443, _RESET),
    Flow("a port opens again", replace(WHOLE), TASK, AWS, NAT_PUBLIC),
)
FLOWS = (*(flow for rules in RULES.values() for flow in rules), *FAULTS)
