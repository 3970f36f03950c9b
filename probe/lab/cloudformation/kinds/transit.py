"""Transit gateways with their route tables, and VPNs."""

from __future__ import annotations

from functools import partial

from probe.lab.cloudformation.kinds.kind import Hands, Made, Maker, Properties, plain
from probe.lab.cloudformation.kinds.networks import thing

_ATTACHED = plain(
    "ec2",
    "create_transit_gateway_vpc_attachment",
    "TransitGatewayVpcAttachment.TransitGatewayAttachmentId",
    tags="transit-gateway-attachment",
    undo=("delete_transit_gateway_vpc_attachment", "TransitGatewayAttachmentId"),
    attributes={"Id": "TransitGatewayVpcAttachment.TransitGatewayAttachmentId"},
)


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
    "AWS::EC2::TransitGateway": thing("TransitGateway", "transit-gateway"),
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
