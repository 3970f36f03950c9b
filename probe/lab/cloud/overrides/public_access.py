"""EC2's VPC Block Public Access, which moto lacks.  Its options and exclusions lie on moto's EC2 backend.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcBlockPublicAccessOptions.html
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from probe.lab.access import OFF, PublicAccess
from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


@dataclass
class Settings:
    """One region's: the mode, and every exclusion as the API shows it, by its id."""

    mode: str = OFF
    changed: datetime | None = None
    exclusions: dict[str, dict[str, Any]] = field(default_factory=dict)


def settings(ec2: Any) -> Settings:
    """The settings of an EC2 backend of moto's; they are off in the beginning."""
    if not hasattr(ec2, "lab_public_access"):
        ec2.lab_public_access = Settings()
    found: Settings = ec2.lab_public_access
    return found


def surveyed(ec2: Any) -> PublicAccess:
    """The settings as the compiler reads them."""
    known = settings(ec2)
    spared = (
        (str(one["ResourceArn"]).rpartition("/")[2], str(one["InternetGatewayExclusionMode"]))
        for one in known.exclusions.values()
    )
    return PublicAccess(mode=known.mode, exclusions=tuple(spared))


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def of(answer: Callable[[Any, Call], Mapping[str, Any]]) -> Handler:
        def handler(call: Call) -> Mapping[str, Any]:
            with cloud.lock:
                return answer(cloud.backend("ec2", call.region), call)

        return handler

    yield ("ec2", "ModifyVpcBlockPublicAccessOptions"), of(_switch)
    yield ("ec2", "DescribeVpcBlockPublicAccessOptions"), of(_options)
    yield ("ec2", "CreateVpcBlockPublicAccessExclusion"), of(_exclude)
    yield ("ec2", "ModifyVpcBlockPublicAccessExclusion"), of(_change)
    yield ("ec2", "DeleteVpcBlockPublicAccessExclusion"), of(_include)
    yield ("ec2", "DescribeVpcBlockPublicAccessExclusions"), of(_exclusions)


def _switch(ec2: Any, call: Call) -> Mapping[str, Any]:
    known = settings(ec2)
    ec2.lab_public_access = replace(
        known, mode=str(call.params["InternetGatewayBlockMode"]), changed=datetime.now(UTC)
    )
    return _options(ec2, call)


def _options(ec2: Any, call: Call) -> Mapping[str, Any]:
    known = settings(ec2)
    shown = {
        "AwsAccountId": call.account,
        "AwsRegion": call.region,
        "State": "update-complete" if known.changed else "default-state",
        "InternetGatewayBlockMode": known.mode,
        "ManagedBy": "account",
        "ExclusionsAllowed": "allowed",
    }
    return {
        "VpcBlockPublicAccessOptions": shown
        | ({"LastUpdateTimestamp": known.changed} if known.changed else {})
    }


def _exclude(ec2: Any, call: Call) -> Mapping[str, Any]:
    kind, identity = _resource(ec2, call)
    made = {
        "ExclusionId": f"vpcbpa-exclude-{secrets.token_hex(8)}1",
        "InternetGatewayExclusionMode": call.params["InternetGatewayExclusionMode"],
        "ResourceArn": f"arn:aws:ec2:{call.region}:{call.account}:{kind}/{identity}",
        "State": "create-complete",
        "CreationTimestamp": datetime.now(UTC),
        "LastUpdateTimestamp": datetime.now(UTC),
        "Tags": [tag for one in call.params.get("TagSpecifications", []) for tag in one.get("Tags", [])],
    }
    settings(ec2).exclusions[str(made["ExclusionId"])] = made
    return {"VpcBlockPublicAccessExclusion": made}


def _resource(ec2: Any, call: Call) -> tuple[str, str]:
    """The VPC or subnet that a call names.  Raises ApiError unless it is exactly one that exists."""
    vpc, subnet = call.params.get("VpcId"), call.params.get("SubnetId")
    if bool(vpc) is bool(subnet):
        raise ApiError("InvalidParameterCombination", "Specify either a VPC ID or a subnet ID.")
    if vpc and vpc not in ec2.vpcs:
        raise ApiError("InvalidVpcID.NotFound", f"The vpc ID '{vpc}' does not exist")
    if subnet and not any(subnet in by_id for by_id in ec2.subnets.values()):
        raise ApiError("InvalidSubnetID.NotFound", f"The subnet ID '{subnet}' does not exist")
    return ("vpc", str(vpc)) if vpc else ("subnet", str(subnet))


def _change(ec2: Any, call: Call) -> Mapping[str, Any]:
    made = _known(ec2, call)
    mode = call.params["InternetGatewayExclusionMode"]
    made |= {"InternetGatewayExclusionMode": mode, "State": "update-complete"}
    return {"VpcBlockPublicAccessExclusion": made}


def _include(ec2: Any, call: Call) -> Mapping[str, Any]:
    gone = _known(ec2, call)
    del settings(ec2).exclusions[str(gone["ExclusionId"])]
    deleted = {"State": "delete-complete", "DeletionTimestamp": datetime.now(UTC)}
    return {"VpcBlockPublicAccessExclusion": gone | deleted}


def _known(ec2: Any, call: Call) -> dict[str, Any]:
    identity = str(call.params["ExclusionId"])
    found = settings(ec2).exclusions.get(identity)
    if found is None:
        text = f"The exclusion ID '{identity}' does not exist"
        raise ApiError("InvalidVpcBlockPublicAccessExclusionId.NotFound", text)
    return found


def _exclusions(ec2: Any, call: Call) -> Mapping[str, Any]:
    wanted = call.params.get("ExclusionIds")
    found = [one for one in settings(ec2).exclusions.values() if not wanted or one["ExclusionId"] in wanted]
    return {"VpcBlockPublicAccessExclusions": found}
