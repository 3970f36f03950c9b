"""Transit gateways: one default route table where it is wanted, one table an attachment, propagation shown.

https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probe.lab.cloud.repairs.replacing import replace

_ASSOCIATES, _PROPAGATES = "DefaultRouteTableAssociation", "DefaultRouteTablePropagation"


def _gateway_made(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(self: Any, *args: Any, **kwargs: Any) -> Any:
        gateway = original(self, *args, **kwargs)
        table, wanted = gateway.default_route_table, gateway.options
        table.default_association_route_table = wanted[_ASSOCIATES] == "enable"
        table.default_propagation_route_table = wanted[_PROPAGATES] == "enable"
        if "enable" not in (wanted[_ASSOCIATES], wanted[_PROPAGATES]):
            del self.transit_gateways_route_tables[table.id]
        return gateway

    return create


def _attached(original: Callable[..., Any]) -> Callable[..., Any]:
    def attach(self: Any, transit_gateway_id: str, *args: Any, **kwargs: Any) -> Any:
        made = original(self, transit_gateway_id, *args, **kwargs)
        default, made.transit_gateway_route_table = made.transit_gateway_route_table, None
        default.route_table_associations.pop(made.id, None)
        if default.default_association_route_table:
            self.associate_transit_gateway_route_table(made.id, default.id)
        if default.default_propagation_route_table:
            self.enable_transit_gateway_route_table_propagation(made.id, default.id)
        return made

    return attach


def _by_default(original: Callable[..., Any]) -> Callable[..., Any]:
    """What moto does for every attachment is left out where the gateway has no default table."""

    def associate(self: Any, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str) -> None:
        if transit_gateway_route_table_id in self.transit_gateways_route_tables:
            original(self, transit_gateway_attachment_id, transit_gateway_route_table_id)

    return associate


def _associated(original: Callable[..., Any]) -> Callable[..., Any]:
    def associate(self: Any, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str) -> Any:
        from moto.ec2.exceptions import EC2ClientError

        attachment = self.transit_gateway_attachments[transit_gateway_attachment_id]
        if attachment.transit_gateway_route_table:
            message = f"Transit Gateway Attachment {attachment.id} is already associated to a route table."
            raise EC2ClientError("Resource.AlreadyAssociated", message)
        made = original(self, transit_gateway_attachment_id, transit_gateway_route_table_id)
        attachment.transit_gateway_route_table = self.transit_gateways_route_tables[
            transit_gateway_route_table_id
        ]
        return made

    return associate


def _disassociated(original: Callable[..., Any]) -> Callable[..., Any]:
    def disassociate(self: Any, tgw_attach_id: str, tgw_rt_id: str) -> Any:
        made = original(self, tgw_attach_id, tgw_rt_id)
        self.transit_gateway_attachments[tgw_attach_id].transit_gateway_route_table = None
        return made

    return disassociate


def _untold(original: Callable[..., Any]) -> Callable[..., Any]:
    """An attachment propagates into any number of tables, of which moto remembers one."""

    def disable(self: Any, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str) -> Any:
        self.enable_transit_gateway_route_table_propagation(
            transit_gateway_attachment_id, transit_gateway_route_table_id
        )
        return original(self, transit_gateway_attachment_id, transit_gateway_route_table_id)

    return disable


def install() -> None:
    """Mend moto, once a process."""
    from moto.ec2.models.transit_gateway import TransitGatewayBackend
    from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachmentBackend
    from moto.ec2.models.transit_gateway_route_tables import TransitGatewayRouteTableBackend as Tables

    replace(TransitGatewayBackend, "create_transit_gateway", _gateway_made)
    replace(TransitGatewayAttachmentBackend, "create_transit_gateway_vpc_attachment", _attached)
    replace(Tables, "set_route_table_association", _by_default)
    replace(Tables, "associate_transit_gateway_route_table", _associated)
    replace(Tables, "disassociate_transit_gateway_route_table", _disassociated)
    replace(Tables, "disable_transit_gateway_route_table_propagation", _untold)
