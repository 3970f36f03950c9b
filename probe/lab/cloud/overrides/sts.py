"""STS: who one really is, and the policies that a session is opened with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError
from probe.lab.iam.resources import account_of

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_ACCESS = "OrganizationAccountAccessRole"


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def identity(call: Call) -> Mapping[str, Any]:
        if call.principal is None:
            return {
                "UserId": call.account,
                "Account": call.account,
                "Arn": f"arn:aws:iam::{call.account}:root",
            }
        return {
            "UserId": call.principal.user_id,
            "Account": call.principal.account,
            "Arn": call.principal.arn,
        }

    def assume(call: Call) -> Mapping[str, Any]:
        """The session may do no more than the policies it is opened with; moto forgets those with an ARN."""
        with cloud.lock:
            _furnish(cloud, str(call.params["RoleArn"]))
        answer = call.forward()
        given = [str(call.params["Policy"])] if call.params.get("Policy") else []
        arns = [each["arn"] for each in call.params.get("PolicyArns") or ()]
        documents = (*given, *(_document(cloud, arn) for arn in arns))
        if documents:
            cloud.iam.limit(answer["Credentials"]["AccessKeyId"], documents)
        return answer

    yield ("sts", "GetCallerIdentity"), identity
    yield ("sts", "AssumeRole"), assume


def _document(cloud: Cloud, arn: str) -> str:
    """A managed policy's present text."""
    policy = cloud.backend("iam").managed_policies.get(arn)
    if policy is None:
        raise ApiError("InvalidParameterValue", f"Policy {arn} does not exist.")
    found = next(each for each in policy.versions if each.version_id == policy.default_version_id)
    return found.document if isinstance(found.document, str) else json.dumps(found.document)


def _furnish(cloud: Cloud, arn: str) -> None:
    """Another account has the administrators' role that Organizations makes with one.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html
    """
    account = account_of(arn)
    if account == cloud.account or not arn.endswith(f":role/{_ACCESS}"):
        return
    iam = cloud.backend("iam", account=account)
    if not any(each.arn == arn for each in iam.roles.values()):
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{cloud.account}:root"},
            "Action": "sts:AssumeRole",
        }
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.create_role(_ACCESS, trust, "/", None, "", [], "3600")
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam.put_role_policy(
        _ACCESS, "everything", json.dumps({"Version": "2012-10-17", "Statement": [everything]})
    )
