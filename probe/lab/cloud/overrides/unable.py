"""What the lab cannot represent, refused where it is asked for: a network that is half there misleads.

A scenario that asks for it ends with this one line and exit code 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_FAR_TARGETS = ("CarrierGatewayId", "CoreNetworkArn", "LocalGatewayId", "VpcEndpointId")


def handlers(_: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    for operation, lack in _LACKS.items():
        yield operation, _unless(lack)


def _unless(lack: Callable[[Mapping[str, Any]], str | None]) -> Handler:
    def handler(call: Call) -> Mapping[str, Any]:
        words = lack(call.params)
        if words is not None:
            raise ApiError("NotImplemented", f"the lab lacks this: {words}", 501)
        return call.forward()

    return handler


def _subnet(asked: Mapping[str, Any]) -> str | None:
    return "a subnet of IPv6 alone, since its network is of IPv4" if asked.get("Ipv6Native") else None


def _route(asked: Mapping[str, Any]) -> str | None:
    found = [one for one in _FAR_TARGETS if asked.get(one)]
    return f"a route by {found[0]}, since nothing stands there" if found else None


def _endpoint(asked: Mapping[str, Any]) -> str | None:
    kind = asked.get("VpcEndpointType", "Gateway")
    return None if kind in {"Gateway", "Interface"} else f"a VPC endpoint of type {kind}"


def _firewall(_: Mapping[str, Any]) -> str:
    return "AWS Network Firewall, through which it sends no packet"


_LACKS: dict[tuple[str, str], Callable[[Mapping[str, Any]], str | None]] = {
    ("ec2", "CreateSubnet"): _subnet,
    ("ec2", "CreateRoute"): _route,
    ("ec2", "ReplaceRoute"): _route,
    ("ec2", "CreateVpcEndpoint"): _endpoint,
    ("network-firewall", "CreateFirewall"): _firewall,
}
