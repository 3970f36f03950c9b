"""VPC endpoints, which an update of their stack changes where they stand.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html
"""

from __future__ import annotations

from functools import partial
from typing import Any

from probe.lab.cloudformation.kinds.kind import Hands, Made, Maker, Properties, tagged, without

_LISTED = ("RouteTableIds", "SecurityGroupIds", "SubnetIds")
_INBOUND_ONLY = "PrivateDnsOnlyForInboundResolverEndpoint"
_FOR = {"OnlyInboundResolver": True, "AllResolvers": False}
_CHANGEABLE = (*_LISTED, "PolicyDocument", "PrivateDnsEnabled", "Tags")


def _endpoint(hands: Hands, given: Properties) -> Made:
    """A gateway, or without private DNS, unless the template says otherwise: unlike in the API."""
    wanted = _spelled({"PrivateDnsEnabled": False, "VpcEndpointType": "Gateway", **given})
    answer = hands.call("ec2", "create_vpc_endpoint", tagged(wanted, "vpc-endpoint"))["VpcEndpoint"]
    return _standing(hands, answer["VpcEndpointId"], wanted)


def _spelled(given: Properties) -> dict[str, Any]:
    """The DNS options as the API has them: a template says for whom private DNS is, the API yes or no."""
    told = dict(given.get("DnsOptions") or {})
    only = _FOR.get(told.pop(_INBOUND_ONLY, ""))
    options = told if only is None else told | {_INBOUND_ONLY: only}
    return {**without(given, "DnsOptions"), **({"DnsOptions": options} if options else {})}


def _standing(hands: Hands, identity: str, given: Properties) -> Made:
    def change(other: Properties) -> Made | None:
        wanted = _spelled({"PrivateDnsEnabled": False, "VpcEndpointType": "Gateway", **other})
        if without(wanted, *_CHANGEABLE) != without(given, *_CHANGEABLE):
            return None
        hands.call("ec2", "modify_vpc_endpoint", {"VpcEndpointId": identity} | _changes(given, wanted))
        return _standing(hands, identity, wanted)

    undo = partial(hands.call, "ec2", "delete_vpc_endpoints", {"VpcEndpointIds": [identity]})
    now = partial(_now, hands, identity)
    attributes = {
        "Id": identity,
        "NetworkInterfaceIds": partial(now, "NetworkInterfaceIds"),
        "DnsEntries": lambda: [
            f"{one.get('HostedZoneId', '')}:{one['DnsName']}" for one in now("DnsEntries")
        ],
    }
    return Made(identity, undo, attributes, change)


def _changes(before: Properties, after: Properties) -> dict[str, Any]:
    """What ModifyVpcEndpoint is to be asked for."""
    made: dict[str, Any] = {"PrivateDnsEnabled": after["PrivateDnsEnabled"]}
    if after["VpcEndpointType"] == "Gateway":
        made = {}
    for name in _LISTED:
        had, has = before.get(name) or [], after.get(name) or []
        moves = {
            "Add": [one for one in has if one not in had],
            "Remove": [one for one in had if one not in has],
        }
        made |= {f"{verb}{name}": ids for verb, ids in moves.items() if ids}
    if "PolicyDocument" in after:
        return made | {"PolicyDocument": after["PolicyDocument"]}
    return made | ({"ResetPolicy": True} if "PolicyDocument" in before else {})


def _now(hands: Hands, identity: str, member: str) -> Any:
    found = hands.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[identity])
    return found["VpcEndpoints"][0].get(member, [])


MAKERS: dict[str, Maker] = {"AWS::EC2::VPCEndpoint": _endpoint}
