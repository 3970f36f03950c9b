"""Functions and roles of a run, and the interfaces that Lambda keeps for a while after a function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from probe.launch.leftovers.things import PREFIX, Found, Leftover, looking, run_of
from probe.plan.requests import TAG

_INTERFACE = f"AWS Lambda VPC ENI-{PREFIX}"
"""How Lambda describes an interface that it made for a function; the function's name follows."""
_RUN = re.compile(re.escape(_INTERFACE) + r"([0-9a-f]{8})\b")


def functions(session: Any) -> Iterator[Found]:
    """The functions that have a run's tag."""
    client = session.client("lambda")
    yield from looking("functions", "lambda:ListFunctions", _functions(client))


def roles(session: Any) -> Iterator[Found]:
    """The roles that a run made for its function."""
    yield from looking("roles", "iam:ListRoles", _roles(session.client("iam")))


def interfaces(session: Any) -> Iterator[Found]:
    """Interfaces of a run's functions: AWS takes them away itself, up to an hour later."""
    yield from looking("interfaces", "ec2:DescribeNetworkInterfaces", _interfaces(session.client("ec2")))


def _functions(client: Any) -> Iterator[Found]:
    for page in client.get_paginator("list_functions").paginate():
        for one in page["Functions"]:
            if one["FunctionName"].startswith(PREFIX):
                arn = one["FunctionArn"]
                yield from looking("a function's tags", "lambda:ListTags", _function(client, one), arn)


def _function(client: Any, described: Mapping[str, Any]) -> Iterator[Leftover]:
    run = client.list_tags(Resource=described["FunctionArn"])["Tags"].get(TAG)
    if run is not None:
        yield Leftover(
            kind="function",
            name=described["FunctionArn"],
            run=run,
            made=datetime.fromisoformat(described["LastModified"]),
            action="lambda:DeleteFunction",
            remove=partial(_delete_function, client, described["FunctionName"]),
        )


def _delete_function(client: Any, name: str) -> str:
    client.delete_function(FunctionName=name)
    return ""


def _roles(iam: Any) -> Iterator[Found]:
    for page in iam.get_paginator("list_roles").paginate():
        for one in page["Roles"]:
            if one["RoleName"].startswith(PREFIX):
                yield from looking("a role's tags", "iam:ListRoleTags", _role(iam, one), one["Arn"])


def _role(iam: Any, described: Mapping[str, Any]) -> Iterator[Leftover]:
    name = described["RoleName"]
    run = run_of(iam.list_role_tags(RoleName=name)["Tags"])
    if run is not None:
        yield Leftover(
            kind="role",
            name=described["Arn"],
            run=run,
            made=described["CreateDate"],
            action="iam:DeleteRole",
            remove=partial(_delete_role, iam, name),
        )


def _delete_role(iam: Any, name: str) -> str:
    """A role goes only after everything that is attached to it."""
    for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=name):
        for policy in page["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    for page in iam.get_paginator("list_role_policies").paginate(RoleName=name):
        for inline in page["PolicyNames"]:
            iam.delete_role_policy(RoleName=name, PolicyName=inline)
    iam.delete_role(RoleName=name)
    return ""


def _interfaces(ec2: Any) -> Iterator[Leftover]:
    filters = [{"Name": "description", "Values": [f"{_INTERFACE}*"]}]
    for page in ec2.get_paginator("describe_network_interfaces").paginate(Filters=filters):
        for one in page["NetworkInterfaces"]:
            named = _RUN.match(one.get("Description", ""))
            if named is not None:
                yield Leftover(kind="interface", name=one["NetworkInterfaceId"], run=named[1])
