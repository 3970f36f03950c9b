"""What the lab cannot represent, refused where it is asked for: a network that is half there misleads.

A scenario that asks for it ends with this one line and exit code 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

Answering = Mapping[tuple[str, str], Handler]
"""(service, operation) and what answers it."""

_FAR_TARGETS = ("CarrierGatewayId", "CoreNetworkArn", "LocalGatewayId", "VpcEndpointId")
_OWN_KEY = "alias/aws/secretsmanager"


def handlers(cloud: Cloud, behind: Answering) -> Iterator[tuple[tuple[str, str], Handler]]:
    """What refuses, and otherwise leaves the call to whoever answers it behind, else to moto."""

    def elsewhere(call: Call) -> str | None:
        away = (call.account, call.region) != (cloud.account, cloud.region)
        return f"a network of account {call.account} in {call.region}, where it has none" if away else None

    for operation in ("CreateVpc", "CreateDefaultVpc"):
        yield ("ec2", operation), _unless(elsewhere, _forward)
    for called, lack in _LACKS.items():
        yield called, _unless(partial(_asked, lack), behind.get(called, _forward))


def _asked(lack: Callable[[Mapping[str, Any]], str | None], call: Call) -> str | None:
    return lack(call.params)


def _forward(call: Call) -> Mapping[str, Any]:
    return call.forward()


def _unless(lack: Callable[[Call], str | None], answer: Handler) -> Handler:
    def handler(call: Call) -> Mapping[str, Any] | None:
        words = lack(call)
        if words is not None:
            raise ApiError("NotImplemented", f"the lab lacks this: {words}", 501)
        return answer(call)

    return handler


def _subnet(asked: Mapping[str, Any]) -> str | None:
    return "a subnet of IPv6 alone, since its network is of IPv4" if asked.get("Ipv6Native") else None


def _route(asked: Mapping[str, Any]) -> str | None:
    found = [one for one in _FAR_TARGETS if asked.get(one)]
    return f"a route by {found[0]}, since nothing stands there" if found else None


def _endpoint(asked: Mapping[str, Any]) -> str | None:
    kind = asked.get("VpcEndpointType", "Gateway")
    return None if kind in {"Gateway", "Interface"} else f"a VPC endpoint of type {kind}"


def _transit(asked: Mapping[str, Any]) -> str | None:
    on = asked.get("Options", {}).get("SecurityGroupReferencingSupport") == "enable"
    return "references to security groups over a transit gateway" if on else None


def _share(asked: Mapping[str, Any]) -> str | None:
    network = [one for one in asked.get("resourceArns", ()) if ":ec2:" in one]
    return f"{network[0]} shared with an account that has no network" if network else None


def _replicas(asked: Mapping[str, Any]) -> str | None:
    keys = [one.get("KmsKeyId", _OWN_KEY) for one in asked.get("AddReplicaRegions") or ()]
    return "a replica of a secret under a customer's key" if set(keys) - {_OWN_KEY} else None


def _firewall(_: Mapping[str, Any]) -> str:
    return "AWS Network Firewall, through which it sends no packet"


_LACKS: dict[tuple[str, str], Callable[[Mapping[str, Any]], str | None]] = {
    ("ec2", "CreateSubnet"): _subnet,
    ("ec2", "CreateRoute"): _route,
    ("ec2", "ReplaceRoute"): _route,
    ("ec2", "CreateVpcEndpoint"): _endpoint,
    ("ec2", "CreateTransitGateway"): _transit,
    ("ec2", "ModifyTransitGateway"): _transit,
    ("network-firewall", "CreateFirewall"): _firewall,
    ("ram", "CreateResourceShare"): _share,
    ("ram", "AssociateResourceShare"): _share,
    ("secretsmanager", "CreateSecret"): _replicas,
    ("secretsmanager", "ReplicateSecretToRegions"): _replicas,
}
