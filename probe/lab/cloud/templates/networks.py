"""VPCs, subnets, NAT gateways and endpoints: the properties that moto's templates forget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from probe.lab.cloud.templates.resource import Made, Maker, Properties

_ATTRIBUTES = {"EnableDnsSupport": "enable_dns_support", "EnableDnsHostnames": "enable_dns_hostnames"}


def _true(value: Any) -> bool:
    return str(value).lower() == "true"


def _vpc(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(name: str, template: Mapping[str, Any], *args: Any, **kwargs: Any) -> Any:
        vpc = original(name, template, *args, **kwargs)
        for key, attribute in _ATTRIBUTES.items():
            if key in template["Properties"]:
                setattr(vpc, attribute, _true(template["Properties"][key]))
        return vpc

    return create


def _subnet(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(name: str, template: Mapping[str, Any], *args: Any, **kwargs: Any) -> Any:
        subnet = original(name, template, *args, **kwargs)
        subnet.map_public_ip_on_launch = _true(template["Properties"].get("MapPublicIpOnLaunch", False))
        return subnet

    return create


def _nat(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(name: str, template: Mapping[str, Any], *args: Any, **kwargs: Any) -> Any:
        given = {"AllocationId": None, **template["Properties"]}
        gateway = original(name, {**template, "Properties": given}, *args, **kwargs)
        gateway.connectivity_type = given.get("ConnectivityType", "public")
        gateway.add_tags({tag["Key"]: tag["Value"] for tag in given.get("Tags", [])})
        return gateway

    return create


def _endpoint(original: Callable[..., Any]) -> Callable[..., Any]:
    """Private DNS is off unless a template says otherwise, unlike in the API."""

    def create(name: str, template: Mapping[str, Any], *args: Any, **kwargs: Any) -> Any:
        given = {"PrivateDnsEnabled": False, "VpcEndpointType": "Gateway", **template["Properties"]}
        given["PrivateDnsEnabled"] = _true(given["PrivateDnsEnabled"])
        return original(name, {**template, "Properties": given}, *args, **kwargs)

    return create


def _association(ec2: Any, given: Properties) -> Made:
    made = ec2.associate_route_table(given["RouteTableId"], subnet_id=given["SubnetId"])
    return Made(made, lambda: ec2.disassociate_route_table(made))


MAKERS: dict[str, Maker] = {"AWS::EC2::SubnetRouteTableAssociation": _association}
COMPLETIONS = {
    "AWS::EC2::VPC": _vpc,
    "AWS::EC2::Subnet": _subnet,
    "AWS::EC2::NatGateway": _nat,
    "AWS::EC2::VPCEndpoint": _endpoint,
}
