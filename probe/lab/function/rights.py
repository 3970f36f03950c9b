"""Whose rights a function in a VPC needs: its role's, which Lambda takes, and its maker's, whom EC2 asks too.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from probe.lab.api.errors import ApiError
from probe.lab.iam import Credentials, Denied, NotAssumable

if TYPE_CHECKING:
    from probe.lab.api.calls import Call
    from probe.lab.cloud import Cloud

SERVICE = "lambda.amazonaws.com"
_OF_ROLE = ("CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface")


def assume(cloud: Cloud, role: str, session: str, spread: float = 0.0) -> Credentials:
    """A session of a function's role.  Raises ApiError when its trust policy does not admit Lambda.

    A role is not known to Lambda before it is ``spread`` seconds old.
    """
    try:
        return cloud.iam.assume(role, SERVICE, session, spread=spread if cloud.enforced else 0.0)
    except NotAssumable:
        text = "The role defined for the function cannot be assumed by Lambda."
        raise ApiError("InvalidParameterValueException", text) from None


def check_role(cloud: Cloud, role: str, session: str, spread: float) -> None:
    """Raise ApiError unless Lambda may take the role, and the role may make interfaces."""
    principal = cloud.iam.principal(assume(cloud, role, session, spread))
    for action in _OF_ROLE if cloud.enforced else ():
        try:
            cloud.iam.authorize(principal, f"ec2:{action}", "*")
        except Denied:
            text = f"The provided execution role does not have permissions to call {action} on EC2"
            raise ApiError("InvalidParameterValueException", text) from None


def look_up(cloud: Cloud, call: Call, network: Mapping[str, Any]) -> str:
    """The VPC of the subnets and groups, looked up as the caller.  Raises ApiError."""
    subnets, groups = network["SubnetIds"], network["SecurityGroupIds"]
    for action, subject in _looks(subnets, groups):
        _ask(cloud, call, action, subject)
    ec2 = cloud.client("ec2")
    try:
        found = ec2.describe_subnets(SubnetIds=subnets)["Subnets"]
        held = ec2.describe_security_groups(GroupIds=groups)["SecurityGroups"]
    except ClientError as refusal:
        raise _not_found(refusal) from None
    vpcs = {one["VpcId"] for one in [*found, *held]}
    if len(vpcs) > 1:
        text = (
            f"You have specified two resources that belong to different networks: {', '.join(sorted(vpcs))}"
        )
        raise ApiError("InvalidParameterValueException", text)
    return str(vpcs.pop())


def _looks(subnets: list[str], groups: list[str]) -> Iterator[tuple[str, str]]:
    yield from (("DescribeSecurityGroups", one) for one in groups)
    yield from (("DescribeSubnets", one) for one in subnets)
    yield "DescribeVpcs", "the VPC of the subnets"


def _ask(cloud: Cloud, call: Call, action: str, subject: str) -> None:
    """EC2 is asked with the caller's own rights; AWS's own hand and an unenforced lab need none."""
    if not cloud.enforced or call.principal is None:
        return
    try:
        cloud.iam.authorize(
            call.principal, f"ec2:{action}", "*", cloud.iam.context(call.request, call.region)
        )
    except Denied:
        text = (
            "Your access has been denied by EC2, please make sure your request credentials have permission "
            f"to {action} for {subject}. EC2 Error Code: UnauthorizedOperation. EC2 Error Message: You are "
            "not authorized to perform this operation."
        )
        raise ApiError("AccessDeniedException", text) from None


def _not_found(refusal: ClientError) -> ApiError:
    error = refusal.response["Error"]
    text = (
        f"Error occurred while {refusal.operation_name}. EC2 Error Code: {error['Code']}. "
        f"EC2 Error Message: {error['Message']}"
    )
    return ApiError("InvalidParameterValueException", text)
