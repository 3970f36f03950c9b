"""Custom resources: a template's own function makes them, and the lab runs none.

Those that the CDK writes into most templates are made by the calls that its functions make.  Any other gets
a stand-in and a word on stderr: what it would have changed is not there.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from probe.lab.cloudformation.kinds.aside import stand_in
from probe.lab.cloudformation.kinds.kind import Hands, Made, Maker, Properties

_APIS = {
    "cloudwatchlogs": "logs", "ec2": "ec2", "ecr": "ecr", "ecs": "ecs", "efs": "efs", "iam": "iam",
    "kms": "kms", "route53": "route53", "s3": "s3", "secretsmanager": "secretsmanager", "ssm": "ssm",
    "sts": "sts",
}  # fmt: skip
"""What the SDK for JavaScript calls a service, in small letters alone, and what boto3 calls it."""


def custom(kind: str) -> Maker | None:
    """What makes a custom resource; None where a type is not one."""
    if kind != "AWS::CloudFormation::CustomResource" and not kind.startswith("Custom::"):
        return None
    return _KNOWN.get(kind, partial(_unheard, kind))


def _unheard(kind: str, hands: Hands, given: Properties) -> Made:
    hands.say("is a stand-in: the lab runs no function of a template, and what it changes is not changed")
    return stand_in(kind, hands, given)


def _restricted(hands: Hands, given: Properties) -> Made:
    """A VPC's default group without a rule."""
    ec2, group = hands.client("ec2"), {"GroupId": given["DefaultSecurityGroupId"]}
    found = ec2.describe_security_groups(GroupIds=[group["GroupId"]])["SecurityGroups"][0]
    for direction, rules in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
        if found[rules]:
            hands.call("ec2", f"revoke_security_group_{direction}", {**group, "IpPermissions": found[rules]})
    return Made(hands.name)


def _retained(hands: Hands, given: Properties) -> Made:
    """A log group that is there, whoever made it."""
    name = given["LogGroupName"]
    with suppress(ClientError):
        hands.call("logs", "create_log_group", {"LogGroupName": name})
    return Made(name, attributes={"LogGroupName": name})


def _called(hands: Hands, given: Properties) -> Made:
    """A call of an AWS API, as JSON; its answer's members, however deep, are the attributes.

    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources.AwsSdkCall.html
    """
    asked = json.loads(given.get("Create") or given.get("Update") or "{}")
    api = _APIS.get(re.sub(r"^@aws-sdk/client-|[^a-z0-9]", "", str(asked.get("service", "")).lower()))
    if api is None:
        return _unheard("Custom::AWS", hands, given)
    operation = xform_name(str(asked["action"]).removesuffix("Command"))
    answer = hands.call(api, operation, asked.get("parameters") or {})
    said = asked.get("physicalResourceId") or {}
    attributes = dict(_flat(answer))
    identity = said.get("id") or attributes.get(str(said.get("responsePath")), hands.name)
    return Made(str(identity), attributes=attributes)


def _flat(answer: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar of an answer under its dotted path: ``Parameter.Value``, ``Vpcs.0.VpcId``."""
    parts = answer.items() if isinstance(answer, Mapping) else enumerate(answer)
    for name, part in parts:
        where = f"{path}.{name}".lstrip(".")
        if isinstance(part, Mapping | list):
            yield from _flat(part, where)
        else:
            yield where, part


_KNOWN: Mapping[str, Maker] = {
    "Custom::AWS": _called,
    "Custom::LogRetention": _retained,
    "Custom::VpcRestrictDefaultSG": _restricted,
    "Custom::S3AutoDeleteObjects": lambda hands, _: Made(hands.name),
}
