"""Endpoints of other VPCs, such as a hub's, to which names led: read where nothing came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from probe.evidence.fits import inside, is_private
from probe.evidence.snapshot import UNREAD, Denied, ForeignEndpoint, Snapshot, read
from probe.launch import parts
from probe.launch.attempts import attempt
from probe.model import Layer, Outcome, Status


def endpoints(
    session: Any, seen: Snapshot, outcomes: Iterable[Outcome]
) -> tuple[ForeignEndpoint, ...] | Denied:
    """The endpoints of other VPCs of this account at which a step failed; unread where none failed there."""
    strange = sorted(_strange(seen, outcomes))
    if not strange:
        return UNREAD
    ec2, where = session.client("ec2"), ",".join(strange)
    return attempt(lambda: _endpoints(ec2, strange), "ec2:DescribeNetworkInterfaces", where)


def _strange(seen: Snapshot, outcomes: Iterable[Outcome]) -> set[str]:
    """Private addresses that some step failed at, and that no block of the VPC holds."""
    blocks = tuple(block for vpc in read(seen.vpcs) for block in vpc.cidrs)
    failed = (one for outcome in outcomes for one in outcome.observations if one.status is Status.FAIL)
    tried = {one.address for one in failed if one.address and one.layer is not Layer.DNS}
    return {one for one in tried if is_private(one) and not inside(one, blocks)}


def _endpoints(ec2: Any, addresses: list[str]) -> Iterator[ForeignEndpoint]:
    filters = [{"Name": "addresses.private-ip-address", "Values": addresses}]
    pages = ec2.get_paginator("describe_network_interfaces").paginate(Filters=filters)
    at = {one["NetworkInterfaceId"]: one for page in pages for one in page["NetworkInterfaces"]}
    vpcs = {str(one["VpcId"]) for one in at.values()}
    for vpc in sorted(vpcs):
        yield from _of_vpc(ec2, vpc, at)


def _of_vpc(ec2: Any, vpc: str, at: dict[str, Any]) -> Iterator[ForeignEndpoint]:
    """The endpoints of one VPC that have one of the interfaces."""
    here = [{"Name": "vpc-id", "Values": [vpc]}]
    listed = [
        parts.endpoint(one)
        for page in ec2.get_paginator("describe_vpc_endpoints").paginate(Filters=here)
        for one in page["VpcEndpoints"]
    ]
    (around,) = (parts.vpc(one, {}) for one in ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"])
    for endpoint in listed:
        found = ForeignEndpoint(
            id=endpoint.id,
            address="",
            service_name=endpoint.service_name,
            vpc=vpc,
            cidrs=around.cidrs,
            owner=endpoint.owner,
        )
        mine = [at[one] for one in endpoint.interfaces if one in at]
        groups = _groups(ec2, endpoint.groups) if mine else ()
        for one in mine:
            yield replace(found, address=one["PrivateIpAddress"], groups=groups)


def _groups(ec2: Any, identities: tuple[str, ...]) -> tuple[Any, ...]:
    pages = ec2.get_paginator("describe_security_groups").paginate(GroupIds=list(identities))
    return tuple(parts.security_group(one) for page in pages for one in page["SecurityGroups"])
