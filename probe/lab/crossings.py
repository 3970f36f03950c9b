"""moto's objects that join VPCs, read into a State's: peering connections and transit gateways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from probe.lab.state import Attachment, Peering, Route


def peerings(ec2: Any) -> Iterator[Peering]:
    """The peering connections that were accepted."""
    for one in ec2.vpc_pcxs.values():
        if one._status.code == "active":  # noqa: SLF001 - moto has no other name for it
            yield Peering(
                id=one.id,
                vpcs=(one.vpc.id, one.peer_vpc.id),
                cidrs=(one.vpc.cidr_block, one.peer_vpc.cidr_block),
            )


def attachments(ec2: Any) -> Iterator[Attachment]:
    """The VPCs attached to transit gateways, each with the routes that its own packets meet there."""
    for one in _vpc_attachments(ec2):
        table = _table_of(ec2, one.id)
        yield Attachment(
            id=one.id,
            gateway=one.transit_gateway_id,
            vpc=one.vpc_id,
            cidr=ec2.vpcs[one.vpc_id].cidr_block,
            subnets=tuple(one.subnet_ids),
            routes=tuple(_routes(ec2, table)) if table else (),
        )


def _vpc_attachments(ec2: Any) -> list[Any]:
    every = ec2.transit_gateway_attachments.values()
    return [one for one in every if one.resource_type == "vpc" and one.state == "available"]


def _table_of(ec2: Any, attachment: str) -> Any:
    tables = ec2.transit_gateways_route_tables.values()
    return next((one for one in tables if attachment in one.route_table_associations), None)


def _routes(ec2: Any, table: Any) -> Iterator[Route]:
    """Static routes, then what propagates; a static route wins over a propagated one."""
    written = set()
    for block, route in table.routes.items():
        leads = route.get("transitGatewayAttachments") or {}
        written.add(block)
        yield Route(destination=block, target=leads.get("resourceId") or "blackhole")
    told = {one.transitGatewayAttachmentId for one in table.route_table_propagation}
    for one in _vpc_attachments(ec2):
        if one.id in told:
            for block in (found["cidr_block"] for found in _blocks(ec2, one.vpc_id)):
                if block not in written:
                    yield Route(destination=block, target=one.vpc_id)


def _blocks(ec2: Any, vpc: str) -> list[Any]:
    """The associations of a VPC's IPv4 blocks, the first one's first."""
    return list(ec2.vpcs[vpc].get_cidr_block_association_set())
