"""States for the compiler's tests: one small VPC, and what can be changed about it."""

from __future__ import annotations

from dataclasses import replace

from probe.lab.state import (
    Acl,
    AclEntry,
    Attachment,
    Endpoint,
    Eni,
    Group,
    InternetGateway,
    Kind,
    NatGateway,
    Peering,
    PrefixList,
    Route,
    RouteTable,
    Rule,
    State,
    Subnet,
    Vpc,
)

VPC = "vpc-00000000000000001"
TASK, NEIGHBOUR = "eni-000000000000000a1", "eni-000000000000000a2"
ENDPOINT, NAT, PUBLIC = "eni-000000000000000b1", "eni-000000000000000c1", "eni-000000000000000c2"
TASK_ADDRESS, NEIGHBOUR_ADDRESS, ENDPOINT_ADDRESS = "10.0.0.10", "10.0.0.11", "10.0.1.20"
NAT_ADDRESS, PUBLIC_ADDRESS = "10.0.9.5", "10.0.9.6"
NAT_PUBLIC, PUBLIC_PUBLIC = "203.0.113.5", "203.0.113.6"
S3_BLOCK, S3, AWS = "198.51.100.128/25", "198.51.100.129", "192.0.2.1"
EVERYWHERE = "0.0.0.0/0"
HTTPS = (443, 443)

ALLOW_ALL = (
    AclEntry(number=100, egress=True, allow=True, cidr=EVERYWHERE),
    AclEntry(number=100, egress=False, allow=True, cidr=EVERYWHERE),
)
OUT = Rule(egress=True, peer=EVERYWHERE)


def eni(name: str, kind: Kind, subnet: str, address: str, *groups: str) -> Eni:
    return Eni(id=name, kind=kind, vpc=VPC, subnet=subnet, address=address, groups=groups)


def group(name: str, *rules: Rule) -> Group:
    return Group(id=name, vpc=VPC, name=name, rules=rules)


def table(name: str, *subnets: str, routes: tuple[Route, ...] = (), main: bool = False) -> RouteTable:
    return RouteTable(id=name, vpc=VPC, subnets=subnets, routes=routes, main=main)


def acl(name: str, *subnets: str, entries: tuple[AclEntry, ...] = ALLOW_ALL) -> Acl:
    return Acl(id=name, vpc=VPC, subnets=subnets, entries=entries)


WHOLE = State(
    vpcs=(Vpc(id=VPC, cidrs=("10.0.0.0/16",)),),
    subnets=(
        Subnet(id="subnet-a", vpc=VPC, az="us-east-1a", cidr="10.0.0.0/24"),
        Subnet(id="subnet-b", vpc=VPC, az="us-east-1b", cidr="10.0.1.0/24"),
        Subnet(id="subnet-p", vpc=VPC, az="us-east-1a", cidr="10.0.9.0/24"),
    ),
    enis=(
        eni(TASK, Kind.TASK, "subnet-a", TASK_ADDRESS, "sg-task"),
        eni(NEIGHBOUR, Kind.TASK, "subnet-a", NEIGHBOUR_ADDRESS, "sg-endpoint"),
        eni(ENDPOINT, Kind.ENDPOINT, "subnet-b", ENDPOINT_ADDRESS, "sg-endpoint"),
        replace(
            eni(NAT, Kind.NAT, "subnet-p", NAT_ADDRESS),
            owner="nat-0001",
            public_address=NAT_PUBLIC,
            checked=False,
        ),
        replace(eni(PUBLIC, Kind.TASK, "subnet-p", PUBLIC_ADDRESS, "sg-task"), public_address=PUBLIC_PUBLIC),
    ),
    route_tables=(
        table("rtb-00000001", main=True, routes=(Route(destination=EVERYWHERE, target="nat-0001"),)),
        table("rtb-00000002", "subnet-p", routes=(Route(destination=EVERYWHERE, target="igw-0001"),)),
    ),
    acls=(acl("acl-0001", "subnet-a", "subnet-b"), acl("acl-0002", "subnet-p")),
    groups=(
        group("sg-task", OUT),
        group("sg-endpoint", Rule(egress=False, peer="sg-task", protocol="tcp", ports=HTTPS), OUT),
    ),
    nat_gateways=(NatGateway(id="nat-0001", vpc=VPC, subnet="subnet-p", eni=NAT),),
    internet_gateways=(InternetGateway(id="igw-0001", vpc=VPC),),
    prefix_lists=(PrefixList(id="pl-0001", name="com.amazonaws.us-east-1.s3", cidrs=(S3_BLOCK,)),),
)
"""Task and neighbour in subnet-a, an endpoint in subnet-b, a NAT gateway and a public task in subnet-p."""

S3_GATEWAY = Endpoint(
    id="vpce-00000000000000001",
    vpc=VPC,
    service_name="com.amazonaws.us-east-1.s3",
    interface=False,
    route_tables=("rtb-00000001",),
)

PEER = "vpc-00000000000000002"
PEER_ENI, PEER_ADDRESS = "eni-000000000000000d1", "10.7.0.10"


def with_groups(*groups: Group) -> State:
    """The whole, with some groups in place of those of the same id."""
    replaced = {one.id for one in groups}
    return replace(WHOLE, groups=(*groups, *(one for one in WHOLE.groups if one.id not in replaced)))


def with_acl(*entries: AclEntry) -> State:
    """The whole, with the private subnets' ACL having these entries before the usual ones."""
    private = acl("acl-0001", "subnet-a", "subnet-b", entries=(*ALLOW_ALL, *entries))
    return replace(WHOLE, acls=(private, WHOLE.acls[1]))


def with_routes(*routes: Route) -> State:
    """The whole, with the main route table having only these routes."""
    return replace(
        WHOLE, route_tables=(table("rtb-00000001", main=True, routes=routes), WHOLE.route_tables[1])
    )


def peered(back: str = "10.0.0.0/16") -> State:
    """The whole and a second VPC, joined by a peering that both use; a group of the second names ours.

    The second one's route is for the block ``back``.
    """
    peering = Peering(id="pcx-00000001", vpcs=(VPC, PEER), cidrs=("10.0.0.0/16", "10.7.0.0/16"))
    return replace(_two_vpcs("pcx-00000001", admitted="sg-task", back=back), peerings=(peering,))


def attached(*routes: Route, admitted: str = "10.0.0.0/16") -> State:
    """The whole and a second VPC, both attached to a transit gateway with these routes for the first.

    The second one's group admits these: a block, or a group.
    """
    here, there = Route(destination="10.0.0.0/16", target=VPC), Route(destination="10.7.0.0/16", target=PEER)
    gateway = "tgw-00000001"
    first = Attachment(
        id="tgw-attach-00000001", gateway=gateway, vpc=VPC, cidr="10.0.0.0/16", routes=routes or (here, there)
    )
    second = Attachment(
        id="tgw-attach-00000002", gateway=gateway, vpc=PEER, cidr="10.7.0.0/16", routes=(here, there)
    )
    return replace(_two_vpcs(gateway, admitted=admitted), attachments=(first, second))


def spoke(zone: str = "us-east-1a") -> State:
    """Two VPCs on a transit gateway; the second has its way out through the first one's NAT gateway.

    The second one's subnet is in ``zone``; the first one's table for what the gateway brings has a way out in
    us-east-1a, and none in us-east-1b.
    """
    out = Route(destination=EVERYWHERE, target=VPC)
    both = attached()
    hub, far = both.attachments
    back = Route(destination="10.7.0.0/16", target="tgw-00000001")
    tables = (
        replace(WHOLE.route_tables[0], routes=(*WHOLE.route_tables[0].routes, back)),
        replace(WHOLE.route_tables[1], routes=(*WHOLE.route_tables[1].routes, back)),
        replace(both.route_tables[2], routes=(Route(destination=EVERYWHERE, target="tgw-00000001"),)),
    )
    ends = (replace(hub, subnets=("subnet-a", "subnet-b")), replace(far, routes=(out,)))
    shut = table("rtb-00000003", "subnet-b", routes=(back,))
    subnets = (*both.subnets[:-1], replace(both.subnets[-1], az=zone))
    return replace(both, route_tables=(*tables, shut), attachments=ends, subnets=subnets)


def _two_vpcs(join: str, *, admitted: str, back: str = "10.0.0.0/16") -> State:
    """The whole and a second VPC, whose main route tables lead to each other by something."""
    there = replace(WHOLE.enis[0], id=PEER_ENI, vpc=PEER, subnet="subnet-q", address=PEER_ADDRESS)
    over = RouteTable(id="rtb-00000009", vpc=PEER, main=True, routes=(Route(destination=back, target=join),))
    open_group = Group(id="sg-peer", vpc=PEER, name="peer", rules=(Rule(egress=False, peer=admitted), OUT))
    here = with_routes(Route(destination="10.7.0.0/16", target=join))
    return replace(
        here,
        vpcs=(*here.vpcs, Vpc(id=PEER, cidrs=("10.7.0.0/16",))),
        subnets=(*here.subnets, Subnet(id="subnet-q", vpc=PEER, az="us-east-1a", cidr="10.7.0.0/24")),
        enis=(*here.enis, replace(there, groups=("sg-peer",))),
        route_tables=(*here.route_tables, over),
        acls=(*here.acls, Acl(id="acl-0009", vpc=PEER, subnets=("subnet-q",), entries=ALLOW_ALL)),
        groups=(*here.groups, open_group),
    )
