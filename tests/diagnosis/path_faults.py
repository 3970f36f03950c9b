"""One thing changed in a whole VPC, what is then measured, and the one finding it makes."""

from __future__ import annotations

from msgspec.structs import replace

from probe.evidence.controls import HostedZone, PublicAccess
from probe.evidence.snapshot import Route, Snapshot, Vpc
from probe.model import Finding, Kind, Layer, Outcome
from tests.builders.cases import (
    TARGETS,
    fails,
    others,
    outcome,
    works,
)
from tests.builders.vpcs import (
    ANY,
    PUBLIC,
    SUBNETS,
    VPC_CIDR,
    acl,
    address,
    deny,
    endpoint,
    gateway,
    group,
    nat,
    nat_vpc,
    private_vpc,
    public_vpc,
    service,
    table,
)

TIMEOUT = Kind.TIMEOUT


def everything_times_out(at: str = PUBLIC) -> tuple[Outcome, ...]:
    """Every needed target, from every subnet."""
    needed = [one.name for one in TARGETS if one.needed]
    return tuple(
        outcome(subnet, *(step for name in needed for step in fails(name, Layer.TCP, TIMEOUT, at)))
        for subnet in SUBNETS
    )


def one_fails(name: str, at: str | None) -> tuple[Outcome, ...]:
    """One target times out everywhere at a public address, or at the endpoint nearby where none is given."""
    return tuple(
        outcome(one, *fails(name, Layer.TCP, TIMEOUT, at or address(name, one)), *works(*others(name)))
        for one in SUBNETS
    )


def subjects(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """What identifies findings."""
    return [(finding.code, finding.subject) for finding in findings]


LOOKALIKE = replace(endpoint("secretsmanager"), groups=("sg-own",))
OWN_INTERFACES = tuple(
    replace(one, groups=("sg-own",)) if "secretsmanager" in one.id else one
    for one in private_vpc().interfaces  # type: ignore[union-attr]
)
OWN_GROUP = private_vpc(
    endpoints=(endpoint("ecr.api"), endpoint("ecr.dkr"), LOOKALIKE, endpoint("logs"), gateway("rtb-1")),
    interfaces=OWN_INTERFACES,
    security_groups=(*private_vpc().security_groups, group("sg-own")),  # type: ignore[misc]
)
NO_EGRESS = private_vpc(security_groups=(group("sg-task"), private_vpc().security_groups[1]))  # type: ignore[index]
WITHOUT_SECRETS = private_vpc(
    endpoints=(endpoint("ecr.api"), endpoint("ecr.dkr"), endpoint("logs"), gateway("rtb-1"))
)
NAMELESS = private_vpc(
    endpoints=(
        endpoint("ecr.api"),
        endpoint("ecr.dkr"),
        endpoint("secretsmanager", private_dns=False),
        endpoint("logs"),
        gateway("rtb-1"),
    )
)
HOSTNAMES_OFF = private_vpc(vpcs=(Vpc(id="vpc-1", cidrs=(VPC_CIDR,), dns_support=True, dns_hostnames=False),))
REPLY_DENIED = nat_vpc(
    network_acls=(
        acl("acl-1", SUBNETS, deny(90, egress=False, ports=(32768, 60999))),
        acl("acl-public", ("subnet-public",)),
    )
)
LOCAL = Route(destination=VPC_CIDR, target="local")
PUBLIC_TABLE = table("rtb-public", ("subnet-public",), Route(destination=ANY, target="igw-1"))
NO_ROUTE = nat_vpc(route_tables=(table("rtb-1", SUBNETS), PUBLIC_TABLE))
BLACKHOLE = nat_vpc(
    route_tables=(
        table("rtb-1", SUBNETS, Route(destination=ANY, target="nat-0", state="blackhole")),
        PUBLIC_TABLE,
    )
)
UNASSOCIATED = private_vpc(
    route_tables=(
        table("rtb-1", ("subnet-a", "subnet-b"), Route(destination="pl-s3", target="vpce-s3")),
        table("rtb-2", ("subnet-c",)),
    )
)
PENDING = private_vpc(
    endpoints=(
        endpoint("ecr.api"),
        endpoint("ecr.dkr"),
        endpoint("secretsmanager", state="pendingAcceptance"),
        endpoint("logs"),
        gateway("rtb-1"),
    )
)
REQUEST_DENIED = private_vpc(network_acls=(acl("acl-1", SUBNETS, deny(50, egress=True, ports=(443, 443))),))

FAULTS: dict[str, tuple[Snapshot, tuple[Outcome, ...], list[tuple[str, str]]]] = {
    "endpoint-group": (
        OWN_GROUP,
        one_fails("secretsmanager", None),
        [("endpoint-sg-blocks-ingress", "sg-own")],
    ),
    "task-group": (
        NO_EGRESS,
        one_fails("secretsmanager", None),
        [("task-sg-blocks-egress", "sg-task")],
    ),
    "endpoint-missing": (
        WITHOUT_SECRETS,
        one_fails("secretsmanager", PUBLIC),
        [("vpc-endpoint-missing", service("secretsmanager"))],
    ),
    "private-dns": (
        NAMELESS,
        one_fails("secretsmanager", PUBLIC),
        [("private-dns-disabled", "vpce-secretsmanager")],
    ),
    "hostnames": (HOSTNAMES_OFF, one_fails("secretsmanager", PUBLIC), [("private-dns-disabled", "vpc-1")]),
    "reply": (REPLY_DENIED, everything_times_out(), [("nacl-blocks-reply", "acl-1/ingress/90")]),
    "request": (
        REQUEST_DENIED,
        one_fails("logs", address("logs", "subnet-b"))[::2],
        [("nacl-blocks-request", "acl-1/egress/50")],
    ),
    "no-route": (NO_ROUTE, everything_times_out(), [("no-route-to-internet", "rtb-1")]),
    "peering": (
        nat_vpc(route_tables=(table("rtb-1", SUBNETS, Route(destination=ANY, target="pcx-1")), PUBLIC_TABLE)),
        everything_times_out(),
        [("no-route-to-internet", "rtb-1")],
    ),
    "nat-behind-a-peering": (
        nat_vpc(
            route_tables=(
                table("rtb-1", SUBNETS, Route(destination=ANY, target="nat-1")),
                table("rtb-public", ("subnet-public",), Route(destination=ANY, target="pcx-1")),
            )
        ),
        everything_times_out(),
        [("nat-gateway-unusable", "nat-1")],
    ),
    "blackhole": (BLACKHOLE, everything_times_out(), [("route-blackholed", f"rtb-1/{ANY}")]),
    "no-public-ip": (public_vpc(), everything_times_out(), [("no-public-ip", "checkout")]),
    "pending": (
        PENDING,
        one_fails("secretsmanager", PUBLIC),
        [("vpc-endpoint-unavailable", "vpce-secretsmanager")],
    ),
    "nat-failed": (
        nat_vpc(nat_gateways=(nat(state="failed"),)),
        everything_times_out(),
        [("nat-gateway-unusable", "nat-1")],
    ),
    "nat-private": (
        nat_vpc(nat_gateways=(nat(public=False),)),
        everything_times_out(),
        [("nat-gateway-unusable", "nat-1")],
    ),
    "nat-buried": (
        nat_vpc(
            route_tables=(
                table("rtb-1", SUBNETS, Route(destination=ANY, target="nat-1")),
                table("rtb-public", ("subnet-public",)),
            )
        ),
        everything_times_out(),
        [("nat-gateway-unusable", "nat-1")],
    ),
    "public-access": (
        nat_vpc(public_access=(PublicAccess(mode="block-bidirectional"),)),
        everything_times_out(),
        [("public-access-blocked", "vpc-1")],
    ),
    "tgw": (
        nat_vpc(route_tables=(table("rtb-1", SUBNETS, Route(destination=ANY, target="tgw-1")),)),
        one_fails("secretsmanager", PUBLIC),
        [
            ("path-blocked-unexplained", f"{subnet}/secretsmanager.us-east-1.amazonaws.com:443")
            for subnet in SUBNETS
        ],
    ),
    "foreign": (
        private_vpc(hosted_zones=(HostedZone(id="Z1", name="amazonaws.com", vpcs=("vpc-1",)),)),
        one_fails("secretsmanager", "10.9.0.4"),
        [("dns-answer-foreign", "Z1")],
    ),
}
