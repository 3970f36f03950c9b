"""What the lab's CloudFormation can make, by resource type; one file a family of services.

A type that is in none of them stands in a stack only if no task's start can meet it (``aside``), or if a
function of the template's own would make it (``custom``).  Any other is refused before anything is made: a
lab that left out a firewall would be another network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from probe.lab.cloudformation.kinds import (
    balancers,
    containers,
    endpoints,
    guards,
    identity,
    machines,
    names,
    networks,
    stores,
    transit,
)
from probe.lab.cloudformation.kinds.aside import aside, stand_in
from probe.lab.cloudformation.kinds.custom import custom
from probe.lab.cloudformation.kinds.kind import Maker, Properties

__all__ = ["MAKERS", "aside", "maker", "tagged"]

_TAGGED = frozenset(
    f"AWS::EC2::{name}"
    for name in (
        "EIP", "Instance", "InternetGateway", "NatGateway", "NetworkAcl", "NetworkInterface", "RouteTable",
        "SecurityGroup", "Subnet", "TransitGateway", "TransitGatewayAttachment", "VPC", "VPCEndpoint",
    )
)  # fmt: skip

MAKERS: Mapping[str, Maker] = {
    **networks.MAKERS,
    **endpoints.MAKERS,
    **machines.MAKERS,
    **transit.MAKERS,
    **guards.MAKERS,
    **names.MAKERS,
    **containers.MAKERS,
    **identity.MAKERS,
    **stores.MAKERS,
    **balancers.MAKERS,
}


def maker(kind: str) -> Maker | None:
    """What makes a resource of a type; None where the lab cannot."""
    found = MAKERS.get(kind) or custom(kind)
    if found is None and aside(kind):
        return partial(stand_in, kind)
    return found


def tagged(kind: str, given: Properties, tags: Sequence[Mapping[str, str]]) -> Properties:
    """The properties with the stack's own tags beneath the resource's, where the network shows them.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-add-tags.html
    """
    if not tags or kind not in _TAGGED:
        return given
    both = [*tags, *(given.get("Tags") or ())]
    by_key = {one["Key"]: one for one in both}
    return {**given, "Tags": list(by_key.values())}
