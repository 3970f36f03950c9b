"""Ways out of the VPC: the cheapest that would work here, as commands."""

from __future__ import annotations

from ipaddress import ip_network

from probe.diagnosis.case import Case
from probe.diagnosis.commands import ec2, into
from probe.diagnosis.reach import vpc_of
from probe.evidence.fits import ANY
from probe.evidence.places import chart
from probe.evidence.routes import route_to, table_of
from probe.evidence.snapshot import NatGateway, read
from probe.evidence.vpc_endpoints import AVAILABLE


def way_out(case: Case) -> tuple[tuple[str, ...], dict[str, str]]:
    """(commands that make a way out, the options with which a route leads to it).

    In order of cost: tasks with public addresses use the internet gateway; then a NAT gateway that works
    already; then a new NAT gateway in a public subnet, which is made where there is none.
    """
    if case.spec.assign_public_ip:
        commands, gateway = internet_gateway(case)
        return commands, {"gateway_id": gateway}
    working = next((one for one in read(case.snapshot.nat_gateways) if works(case, one)), None)
    if working is not None:
        return (), {"nat_gateway_id": working.id}
    return new_nat(case), {"nat_gateway_id": "$nat"}


def works(case: Case, gateway: NatGateway) -> bool:
    """Whether a NAT gateway is public, available, and in a subnet that leads to an internet gateway."""
    return gateway.state == AVAILABLE and gateway.public and leads_out(case, gateway.subnet)


def leads_out(case: Case, subnet: str) -> bool:
    """Whether a subnet is public: its default route goes to an internet gateway."""
    table = table_of(chart(case.snapshot), subnet)
    route = route_to(chart(case.snapshot), table, ANY) if table is not None else None
    return route is not None and route.state == "active" and route.target.startswith("igw-")


def internet_gateway(case: Case) -> tuple[tuple[str, ...], str]:
    """(commands that attach an internet gateway, its id), none of them where the VPC has one."""
    known = read(case.snapshot.internet_gateways)
    if known:
        return (), known[0]
    made = into("igw", ec2(case, "create-internet-gateway"), "InternetGateway.InternetGatewayId")
    attached = ec2(case, "attach-internet-gateway", internet_gateway_id="$igw", vpc_id=vpc_of(case))
    return (made, attached), "$igw"


def new_nat(case: Case) -> tuple[str, ...]:
    """A NAT gateway in a public subnet, the subnet made public first where none is; its id is in ``$nat``."""
    home = next((one.id for one in read(case.snapshot.subnets) if leads_out(case, one.id)), None)
    prepared: tuple[str, ...] = ()
    if home is None:
        prepared, home = _public_subnet(case)
    allocated = into("eip", ec2(case, "allocate-address", domain="vpc"), "AllocationId")
    created = ec2(case, "create-nat-gateway", subnet_id=home, allocation_id="$eip")
    waited = ec2(case, "wait nat-gateway-available", nat_gateway_ids="$nat")
    return (*prepared, allocated, into("nat", created, "NatGateway.NatGatewayId"), waited)


def _public_subnet(case: Case) -> tuple[tuple[str, ...], str]:
    """A new subnet with a route table of its own, in the last /28 of the VPC's first block."""
    vpc = vpc_of(case)
    attached, gateway = internet_gateway(case)
    block = _spare_block(case, vpc)
    made = into("public", ec2(case, "create-subnet", vpc_id=vpc, cidr_block=block), "Subnet.SubnetId")
    table = into("table", ec2(case, "create-route-table", vpc_id=vpc), "RouteTable.RouteTableId")
    route = ec2(case, "create-route", route_table_id="$table", destination_cidr_block=ANY, gateway_id=gateway)
    associated = ec2(case, "associate-route-table", route_table_id="$table", subnet_id="$public")
    return (*attached, made, table, route, associated), "$public"


def _spare_block(case: Case, vpc: str) -> str:
    """A /28 of the VPC that no subnet that could be read uses, the last one first."""
    known = chart(case.snapshot).vpcs.get(vpc)
    whole = ip_network(known.cidrs[0] if known is not None and known.cidrs else "10.0.0.0/16")
    used = [ip_network(one.cidr) for one in read(case.snapshot.subnets) if one.vpc == vpc]
    size = max(28, whole.prefixlen)
    last = int(whole.broadcast_address) - (1 << (32 - size)) + 1
    for start in range(last, int(whole.network_address) - 1, -(1 << (32 - size))):
        block = ip_network((start, size))
        if not any(block.overlaps(one) for one in used):
            return str(block)
    return str(whole)
