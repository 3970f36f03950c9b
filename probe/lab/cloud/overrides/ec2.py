"""EC2: the parts of ModifyVpcEndpoint that moto's forgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.cloud.repairs import endpoints

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def modify(call: Call) -> Mapping[str, Any]:
        with cloud.lock:
            return _modify(cloud.backend("ec2", call.region), call)

    yield ("ec2", "ModifyVpcEndpoint"), modify


def _modify(ec2: Any, call: Call) -> Mapping[str, Any]:
    endpoint = ec2.describe_vpc_endpoints([call.params["VpcEndpointId"]])[0]
    private = call.params.get("PrivateDnsEnabled")
    if private:
        endpoints.check_private_dns(ec2, ec2.get_vpc(endpoint.vpc_id), endpoint.service_name, endpoint.id)
    result = call.forward()
    if call.params.get("ResetPolicy"):
        import json

        endpoint.policy_document = json.dumps(endpoint.DEFAULT_POLICY)
    if private is not None:
        endpoint.private_dns_enabled = bool(private)
        endpoints.refresh(ec2, endpoint)
    return result
