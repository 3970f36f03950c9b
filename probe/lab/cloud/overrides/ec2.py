"""EC2: what moto forgets of tags, an endpoint's DNS and ModifyInstanceAttribute, and interfaces in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError
from probe.lab.cloud.repairs import endpoints

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


_UNTAGGED = {
    "CreateDhcpOptions": ("DhcpOptions", "DhcpOptionsId"),
    "CreateTransitGatewayVpcAttachment": ("TransitGatewayVpcAttachment", "TransitGatewayAttachmentId"),
}
"""The calls of which moto loses the tags; with the member of the answer, and its id."""


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def modify(call: Call) -> Mapping[str, Any]:
        with cloud.lock:
            return _modify(cloud.backend("ec2", call.region), call)

    def create(call: Call) -> Mapping[str, Any]:
        with cloud.lock:
            return _create(cloud.backend("ec2", call.region), call)

    def delete_interface(call: Call) -> Mapping[str, Any]:
        with cloud.lock:
            _check_unused(cloud.backend("ec2", call.region), call)
        return call.forward()

    def modify_instance(call: Call) -> Mapping[str, Any]:
        result = call.forward()
        with cloud.lock:
            _check_as_told(cloud.backend("ec2", call.region), call)
        return result

    def modify_interface(call: Call) -> Mapping[str, Any]:
        with cloud.lock:
            _check_own(cloud.backend("ec2", call.region), call)
        return call.forward()

    def tagged(call: Call) -> Mapping[str, Any]:
        with cloud.lock:
            return _tagged(cloud.backend("ec2", call.region), call)

    for operation in _UNTAGGED:
        yield ("ec2", operation), tagged
    yield ("ec2", "ModifyInstanceAttribute"), modify_instance
    yield ("ec2", "ModifyNetworkInterfaceAttribute"), modify_interface
    yield ("ec2", "CreateVpcEndpoint"), create
    yield ("ec2", "ModifyVpcEndpoint"), modify
    yield ("ec2", "DeleteNetworkInterface"), delete_interface


def _tagged(ec2: Any, call: Call) -> Mapping[str, Any]:
    member, key = _UNTAGGED[call.operation]
    shown = call.forward()[member]
    tags = [tag for one in call.params.get("TagSpecifications", ()) for tag in one["Tags"]]
    ec2.create_tags([shown[key]], {tag["Key"]: tag.get("Value", "") for tag in tags})
    return {member: shown | {"Tags": tags}}


def _create(ec2: Any, call: Call) -> Mapping[str, Any]:
    """DNS options are kept, as moto does not; what it shows of an endpoint has them then."""
    given = call.params
    private = given.get("VpcEndpointType") == "Interface" and given.get("PrivateDnsEnabled") is not False
    asked = given.get("DnsOptions", {})
    options = endpoints.dns_options(ec2, given["VpcId"], given["ServiceName"], asked) if private else {}
    shown = call.forward()["VpcEndpoint"]
    ec2.vpc_end_points[shown["VpcEndpointId"]].dns_options = options
    return {"VpcEndpoint": shown | ({"DnsOptions": options} if options else {})}


def _modify(ec2: Any, call: Call) -> Mapping[str, Any]:
    endpoint = ec2.describe_vpc_endpoints([call.params["VpcEndpointId"]])[0]
    private = call.params.get("PrivateDnsEnabled")
    if private:
        _check_private_dns(ec2, endpoint)
    asked = call.params.get("DnsOptions")
    if asked or private:
        told = getattr(endpoint, "dns_options", {}) | (asked or {})
        endpoint.dns_options = endpoints.dns_options(ec2, endpoint.vpc_id, endpoint.service_name, told)
    result = call.forward()
    if call.params.get("ResetPolicy"):
        import json

        endpoint.policy_document = json.dumps(endpoint.DEFAULT_POLICY)
    if private is not None:
        endpoint.private_dns_enabled = bool(private)
        endpoints.refresh(ec2, endpoint)
    return result


def _check_private_dns(ec2: Any, endpoint: Any) -> None:
    from moto.ec2.exceptions import EC2ClientError

    vpc = ec2.get_vpc(endpoint.vpc_id)
    try:
        endpoints.check_private_dns(ec2, vpc, endpoint.service_name, endpoint.id)
    except EC2ClientError as refused:
        raise ApiError(refused.code, refused.message) from refused


def _check_as_told(ec2: Any, call: Call) -> None:
    """An instance's source/destination check is its interfaces' own, which moto leaves as it was."""
    wanted = call.params.get("SourceDestCheck")
    if wanted is not None:
        for eni in ec2.get_instance(call.params["InstanceId"]).nics.values():
            eni.source_dest_check = bool(wanted["Value"])


def _check_unused(ec2: Any, call: Call) -> None:
    """Refuse a customer what AWS itself may do: to delete an interface that AWS keeps in use for them."""
    eni = ec2.enis.get(call.params["NetworkInterfaceId"])
    if call.principal is not None and eni is not None and eni.requester_managed and eni.status == "in-use":
        text = f"Network interface '{eni.id}' is currently in use."
        raise ApiError("InvalidParameterValue", text)


def _check_own(ec2: Any, call: Call) -> None:
    """Refuse a customer what is the requester's: an endpoint's groups are changed at the endpoint.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
    """
    eni = ec2.enis.get(call.params["NetworkInterfaceId"])
    if call.principal is not None and eni is not None and eni.requester_managed:
        raise ApiError(
            "OperationNotPermitted", f"'{eni.id}' is managed by its requester, {eni.requester_id}."
        )
