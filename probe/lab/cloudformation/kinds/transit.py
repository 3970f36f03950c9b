"""What joins networks: peering, transit gateways with their route tables, and VPNs."""

from __future__ import annotations

from functools import partial

from probe.lab.cloudformation.kinds.kind import Hands, Made, Maker, Properties, plain, without
from probe.lab.cloudformation.kinds.networks import thing

_ATTACHED = plain(
    "ec2",
    "create_transit_gateway_vpc_attachment",
    "TransitGatewayVpcAttachment.TransitGatewayAttachmentId",
    tags="transit-gateway-attachment",
    undo=("delete_transit_gateway_vpc_attachment", "TransitGatewayAttachmentId"),
    attributes={"Id": "TransitGatewayVpcAttachment.TransitGatewayAttachmentId"},
)
_OPTIONS = (
    "AmazonSideAsn", "AutoAcceptSharedAttachments", "DefaultRouteTableAssociation",
    "DefaultRouteTablePropagation", "DnsSupport", "MulticastSupport", "SecurityGroupReferencingSupport",
    "TransitGatewayCidrBlocks", "VpnEcmpSupport",
)  # fmt: skip
"""What the API has together."""

_GATEWAY = thing("TransitGateway", "transit-gateway", Id="TransitGateway.TransitGatewayId")
_PEERING = thing(
    "VpcPeeringConnection", "vpc-peering-connection", Id="VpcPeeringConnection.VpcPeeringConnectionId"
)


def _gateway(hands: Hands, given: Properties) -> Made:
    options = {key: given[key] for key in _OPTIONS if key in given}
    return _GATEWAY(hands, without(given, *_OPTIONS) | ({"Options": options} if options else {}))


def _peering(hands: Hands, given: Properties) -> Made:
    """Within an account it is accepted at once.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcpeeringconnection.html
    """
    made = _PEERING(hands, without(given, "PeerRoleArn"))
    if given.get("PeerOwnerId", hands.account) == hands.account and "PeerRegion" not in given:
        accepted = {"VpcPeeringConnectionId": made.id}
        hands.call("ec2", "accept_vpc_peering_connection", accepted)
    return made


def _pair(make: str, undo: str) -> Maker:
    """What joins an attachment to a route table, and is named by both."""

    def made(hands: Hands, given: Properties) -> Made:
        hands.call("ec2", make, given)
        identity = f"{given['TransitGatewayRouteTableId']}_{given['TransitGatewayAttachmentId']}"
        return Made(identity, partial(hands.call, "ec2", undo, given))

    return made


def _route(hands: Hands, given: Properties) -> Made:
    hands.call("ec2", "create_transit_gateway_route", given)
    where = {key: given[key] for key in ("TransitGatewayRouteTableId", "DestinationCidrBlock")}
    undo = partial(hands.call, "ec2", "delete_transit_gateway_route", where)
    return Made("_".join(str(each) for each in where.values()), undo)


MAKERS: dict[str, Maker] = {
    "AWS::EC2::VPCPeeringConnection": _peering,
    "AWS::EC2::TransitGateway": _gateway,
    "AWS::EC2::TransitGatewayAttachment": _ATTACHED,
    "AWS::EC2::TransitGatewayVpcAttachment": _ATTACHED,
    "AWS::EC2::TransitGatewayRouteTable": thing("TransitGatewayRouteTable", "transit-gateway-route-table"),
    "AWS::EC2::TransitGatewayRouteTableAssociation": _pair(
        "associate_transit_gateway_route_table", "disassociate_transit_gateway_route_table"
    ),
    "AWS::EC2::TransitGatewayRouteTablePropagation": _pair(
        "enable_transit_gateway_route_table_propagation", "disable_transit_gateway_route_table_propagation"
    ),
    "AWS::EC2::TransitGatewayRoute": _route,
    "AWS::EC2::CustomerGateway": thing("CustomerGateway", "customer-gateway"),
    "AWS::EC2::VPNGateway": thing("VpnGateway", "vpn-gateway"),
    "AWS::EC2::VPNConnection": thing("VpnConnection", "vpn-connection"),
}
