"""What the first look, or a measurement, gives reason to read: NAT instances, closed gateways, roles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from probe.evidence.controls import OFF, Instance, PublicAccess, RoleSummary
from probe.evidence.snapshot import UNREAD, Denied, Snapshot, read
from probe.launch.attempts import attempt
from probe.launch.refusals import code_of
from probe.model import Outcome, Stop
from probe.stopped import Stage, decode

_IN_FORCE = frozenset({"create-complete", "update-in-progress", "update-complete", "update-failed"})
"""States of an exclusion in which it spares what it names."""


def instances(session: Any, seen: Snapshot) -> tuple[Instance, ...] | Denied:
    """The instances that routes lead to; unread where none does."""
    ids = sorted(_routed(seen))
    return (
        attempt(lambda: _instances(session, ids), "ec2:DescribeInstances", ",".join(ids)) if ids else UNREAD
    )


def public_access(session: Any, seen: Snapshot) -> tuple[PublicAccess, ...] | Denied:
    """VPC Block Public Access of the account; unread where no route leads to an internet gateway."""
    targets = (route.target for table in read(seen.route_tables) for route in table.routes)
    if not any(target.startswith("igw-") for target in targets):
        return UNREAD
    return attempt(lambda: _public_access(session), "ec2:DescribeVpcBlockPublicAccessOptions", "*")


def roles(
    session: Any, outcomes: Iterable[Outcome], stops: Iterable[Stop] = ()
) -> tuple[RoleSummary, ...] | Denied:
    """The roles that ECS could not assume, for the probe or for a stopped task; unread where it could."""
    arns = sorted({*_unassumed(outcomes), *_unassumed_before(stops)})
    return attempt(lambda: _roles(session, arns), "iam:GetRole", ",".join(arns)) if arns else UNREAD


def _routed(seen: Snapshot) -> set[str]:
    """The instances behind the targets of routes."""
    targets = {route.target for table in read(seen.route_tables) for route in table.routes}
    owners = {one.attached_to for one in read(seen.interfaces) if one.id in targets}
    return {one for one in targets | owners if one is not None and one.startswith("i-")}


def _instances(session: Any, ids: list[str]) -> Iterator[Instance]:
    filters = [{"Name": "instance-id", "Values": ids}]
    for page in session.client("ec2").get_paginator("describe_instances").paginate(Filters=filters):
        for reservation in page["Reservations"]:
            for one in reservation["Instances"]:
                yield Instance(id=one["InstanceId"], state=one["State"]["Name"])


def _public_access(session: Any) -> Iterator[PublicAccess]:
    """The mode, and where it closes anything what it spares."""
    ec2 = session.client("ec2")
    options = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    mode = str(options.get("InternetGatewayBlockMode", OFF))
    shown = [] if mode == OFF else _exclusions(ec2)
    spared = {(one["InternetGatewayExclusionMode"], one["ResourceArn"].rpartition("/")[2]) for one in shown}
    yield PublicAccess(
        mode=mode,
        exclusions=tuple(sorted(one for how, one in spared if how == "allow-bidirectional")),
        egress_exclusions=tuple(sorted(one for how, one in spared if how == "allow-egress")),
    )


def _exclusions(ec2: Any) -> list[dict[str, Any]]:
    """The exclusions in force; EC2 has no paginator for them."""
    found: list[dict[str, Any]] = []
    asked: dict[str, str] = {}
    while True:
        page = ec2.describe_vpc_block_public_access_exclusions(**asked)
        found += page["VpcBlockPublicAccessExclusions"]
        if not page.get("NextToken"):
            return [one for one in found if one.get("State") in _IN_FORCE]
        asked = {"NextToken": page["NextToken"]}


def _unassumed(outcomes: Iterable[Outcome]) -> set[str]:
    """The roles that ECS said it could not assume."""
    return {
        one.target
        for outcome in outcomes
        for one in outcome.observations
        if one.operation == "sts:AssumeRole" and one.target.startswith("arn:")
    }


def _unassumed_before(stops: Iterable[Stop]) -> Iterator[str]:
    """The roles of which stopped tasks of the service tell so."""
    for said in (decode(stop.reason) for stop in stops):
        if said.stage is Stage.ROLE_ASSUMPTION and said.resource is not None:
            yield said.resource


def _roles(session: Any, arns: list[str]) -> Iterator[RoleSummary]:
    iam = session.client("iam")
    for arn in arns:
        try:
            role = iam.get_role(RoleName=arn.rpartition("/")[2])["Role"]
        except ClientError as error:
            if code_of(error) != "NoSuchEntity":
                raise
            yield RoleSummary(arn=arn, exists=False)
        else:
            yield RoleSummary(arn=arn, trust=json.dumps(role["AssumeRolePolicyDocument"]))
