"""Three networks that a Fargate service is usually found in: built on endpoints, behind a NAT, and public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from probe.lab.world import parts

ENDPOINTS = ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "s3")
"""What a task needs whose image is in ECR, with a secret and awslogs.  ``s3`` is the gateway endpoint."""

_EVERYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class Network:
    """The ids of a network.  ``subnets`` are the service's, ``route_tables`` theirs, in order of zones.

    ``endpoints`` is by suffix (``ecr.api``).  What a kind of network does not have is empty.
    """

    vpc: str
    subnets: tuple[str, ...]
    route_tables: tuple[str, ...]
    task_group: str
    assign_public_ip: bool = False
    endpoint_group: str = ""
    endpoints: Mapping[str, str] = field(default_factory=dict)
    public_subnet: str = ""
    public_route_table: str = ""
    internet_gateway: str = ""
    nat_gateway: str = ""


def private_vpc(
    aws: Any,
    azs: int = 2,
    endpoints: Sequence[str] = ENDPOINTS,
    *,
    name: str = "prod",
    tables_per_az: bool = False,
    private_dns: bool = True,
) -> Network:
    """A VPC without a way out: a private subnet a zone, interface endpoints in each, S3 by its gateway.

    One group, ``endpoints``, admits 443 from the task's group, ``service``, which lets everything out.
    With ``tables_per_az`` each subnet has its own route table, else one serves all.
    """
    ec2 = aws.client("ec2")
    base = _base(aws, ec2, name, azs, "private")
    tables = _tables(ec2, base, f"{name}-private", per_az=tables_per_az)
    group = parts.group(ec2, base.vpc, "endpoints", https_from=base.task_group)
    made = {}
    for suffix in endpoints:
        full, label = f"com.amazonaws.{aws.region_name}.{suffix}", f"{name}-{suffix}"
        if suffix == "s3":
            made[suffix] = parts.gateway_endpoint(ec2, base.vpc, label, full, dict.fromkeys(tables))
        else:
            where = {"SubnetIds": list(base.subnets), "SecurityGroupIds": [group]}
            made[suffix] = parts.interface_endpoint(
                ec2, base.vpc, label, full, PrivateDnsEnabled=private_dns, **where
            )
    return Network(
        vpc=base.vpc,
        subnets=base.subnets,
        route_tables=tables,
        task_group=base.task_group,
        endpoint_group=group,
        endpoints=made,
    )


def nat_vpc(aws: Any, azs: int = 2, *, name: str = "prod") -> Network:
    """A VPC whose private subnets reach AWS through a NAT gateway in a public one; no endpoints."""
    ec2 = aws.client("ec2")
    base = _base(aws, ec2, name, azs, "private")
    (private,) = set(_tables(ec2, base, f"{name}-private", per_az=False))
    gateway = parts.internet_gateway(ec2, base.vpc, name)
    zone = f"{aws.region_name}a"
    public = parts.subnet(ec2, base.vpc, f"{name}-public-{zone}", "10.0.128.0/24", zone)
    outside = parts.route_table(ec2, base.vpc, f"{name}-public", [public])
    ec2.create_route(RouteTableId=outside, DestinationCidrBlock=_EVERYWHERE, GatewayId=gateway)
    nat = parts.nat_gateway(ec2, public, name)
    ec2.create_route(RouteTableId=private, DestinationCidrBlock=_EVERYWHERE, NatGatewayId=nat)
    return Network(
        vpc=base.vpc,
        subnets=base.subnets,
        route_tables=(private,) * azs,
        task_group=base.task_group,
        public_subnet=public,
        public_route_table=outside,
        internet_gateway=gateway,
        nat_gateway=nat,
    )


def public_vpc(aws: Any, azs: int = 2, *, name: str = "prod") -> Network:
    """A VPC of public subnets whose tasks get public addresses; no endpoints."""
    ec2 = aws.client("ec2")
    base = _base(aws, ec2, name, azs, "public")
    tables = _tables(ec2, base, f"{name}-public", per_az=False)
    gateway = parts.internet_gateway(ec2, base.vpc, name)
    ec2.create_route(RouteTableId=tables[0], DestinationCidrBlock=_EVERYWHERE, GatewayId=gateway)
    return Network(
        vpc=base.vpc,
        subnets=base.subnets,
        route_tables=tables,
        task_group=base.task_group,
        assign_public_ip=True,
        public_route_table=tables[0],
        internet_gateway=gateway,
    )


@dataclass(frozen=True, kw_only=True)
class _Base:
    """What every network has."""

    vpc: str
    zones: tuple[str, ...]
    subnets: tuple[str, ...]
    task_group: str


def _base(aws: Any, ec2: Any, name: str, azs: int, kind: str) -> _Base:
    vpc = parts.vpc(ec2, name, "10.0.0.0/16")
    zones = tuple(f"{aws.region_name}{letter}" for letter in "abcdef"[:azs])
    subnets = (
        parts.subnet(ec2, vpc, f"{name}-{kind}-{zone}", f"10.0.{number}.0/24", zone)
        for number, zone in enumerate(zones)
    )
    return _Base(vpc=vpc, zones=zones, subnets=tuple(subnets), task_group=parts.group(ec2, vpc, "service"))


def _tables(ec2: Any, base: _Base, name: str, *, per_az: bool) -> tuple[str, ...]:
    """The route table of each subnet, in order: the same one, or one each, named after its zone."""
    if not per_az:
        return (parts.route_table(ec2, base.vpc, name, base.subnets),) * len(base.subnets)
    places = zip(base.zones, base.subnets, strict=True)
    return tuple(parts.route_table(ec2, base.vpc, f"{name}-{zone}", [subnet]) for zone, subnet in places)
