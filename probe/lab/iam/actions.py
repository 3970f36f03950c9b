"""What an API call asks IAM for: its action and the ARNs of what it touches.

Only what the lab's policies distinguish; everything else asks for ``*``, as most Describe calls do.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from probe.lab.api.calls import Call

_FREE = frozenset({("sts", "GetCallerIdentity"), ("sts", "GetSessionToken")})

_PREFIXES = {
    "elbv2": "elasticloadbalancing",
    "efs": "elasticfilesystem",
    "resourcegroupstaggingapi": "tag",
}
_RENAMED = {
    ("s3", "HeadObject"): "GetObject",
    ("s3", "ListObjects"): "ListBucket",
    ("s3", "ListObjectsV2"): "ListBucket",
    ("s3", "HeadBucket"): "ListBucket",
    ("s3", "ListBuckets"): "ListAllMyBuckets",
    ("s3", "DeleteObjects"): "DeleteObject",
    ("s3", "CreateMultipartUpload"): "PutObject",
    ("s3", "UploadPart"): "PutObject",
    ("s3", "CompleteMultipartUpload"): "PutObject",
    ("s3", "GetBucketEncryption"): "GetEncryptionConfiguration",
    ("s3", "GetPublicAccessBlock"): "GetBucketPublicAccessBlock",
    ("lambda", "Invoke"): "InvokeFunction",
}


@dataclass(frozen=True)
class Asked:
    """One permission: an action on one resource; ``passed_to`` is the service a role is passed to."""

    action: str
    resource: str
    passed_to: str = ""


def is_free(call: Call) -> bool:
    """Whether a call needs no permission of its caller."""
    return (call.api, call.operation) in _FREE


def action_of(call: Call) -> str:
    """The action that policies name for a call."""
    verb = _RENAMED.get((call.api, call.operation), call.operation)
    return f"{_PREFIXES.get(call.api, call.api)}:{verb}"


def asked(
    call: Call, known: tuple[str, ...] = (), roles: Mapping[str, str] | None = None
) -> tuple[Asked, ...]:
    """The permissions a call needs, all of them.

    ``known`` are ARNs of what it names that only the state knows; ``roles`` its task definition's.
    """
    action = action_of(call)
    find = _RESOURCES.get(call.api)
    resources = known or (find(call) if find else ())
    asking = (*(Asked(action, resource) for resource in resources or ("*",)), *_passed(call, roles or {}))
    return (*asking, *_tagged(call, resources))


_TAGGING = {("lambda", "CreateFunction"): "lambda:TagResource", ("iam", "CreateRole"): "iam:TagRole"}


def _tagged(call: Call, resources: tuple[str, ...]) -> tuple[Asked, ...]:
    """What is made with tags is tagged, which is a permission of its own.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags_roles.html
    """
    action = _TAGGING.get((call.api, call.operation))
    if action is None or not call.params.get("Tags"):
        return ()
    return tuple(Asked(action, resource) for resource in resources)


def _passed(call: Call, definition: Mapping[str, str]) -> tuple[Asked, ...]:
    """iam:PassRole for each role that ECS or Lambda is handed.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_id-based-policy-examples.html
    """
    if (call.api, call.operation) == ("lambda", "CreateFunction"):
        return (Asked("iam:PassRole", _named(call, "Role"), "lambda.amazonaws.com"),)
    if (call.api, call.operation) not in {("ecs", "RunTask"), ("ecs", "RegisterTaskDefinition")}:
        return ()
    holder = call.params
    if call.operation == "RunTask":
        given = {key: value for key, value in (call.params.get("overrides") or {}).items() if value}
        holder = {**definition, **given}
    roles = {str(holder[key]) for key in ("taskRoleArn", "executionRoleArn") if holder.get(key)}
    arns = (role if role.startswith("arn:") else f"arn:aws:iam::{call.account}:role/{role}" for role in roles)
    return tuple(Asked("iam:PassRole", arn, "ecs-tasks.amazonaws.com") for arn in sorted(arns))


def _arn(call: Call, service: str, rest: str) -> str:
    return f"arn:aws:{service}:{call.region}:{call.account}:{rest}"


def _named(call: Call, *keys: str) -> str:
    return next((str(call.params[key]) for key in keys if call.params.get(key)), "")


def _ecr(call: Call) -> tuple[str, ...]:
    name = _named(call, "repositoryName")
    names = [name] if name else list(call.params.get("repositoryNames") or ())
    return tuple(_arn(call, "ecr", f"repository/{each}") for each in names)


def _secret(call: Call) -> tuple[str, ...]:
    name = _named(call, "SecretId", "Name")
    return (name,) if name else ()


def _ssm(call: Call) -> tuple[str, ...]:
    names = call.params.get("Names") or [_named(call, "Name", "Path")]
    return tuple(_parameter(call, name) for name in names if name)


def _parameter(call: Call, name: str) -> str:
    """Bare names and paths become ARNs; a selector (``:3``) is not part of them."""
    if name.startswith("arn:"):
        return name
    return _arn(call, "ssm", f"parameter/{name.partition(':')[0].removeprefix('/')}")


def _kms(call: Call) -> tuple[str, ...]:
    key = _named(call, "KeyId")
    if not key or key.startswith("arn:"):
        return (key,) if key else ()
    return (_arn(call, "kms", key if key.startswith("alias/") else f"key/{key}"),)


def _logs(call: Call) -> tuple[str, ...]:
    """As CloudWatch Logs writes it: the stream's part stands even for a group, and is empty then."""
    group = _named(call, "logGroupName", "logGroupIdentifier", "logGroupNamePrefix")
    group = group.partition(":log-group:")[2] or group
    if call.operation.startswith("DescribeLogGroups"):
        return (_arn(call, "logs", f"log-group:{group}:log-stream:"),)
    return (
        (_arn(call, "logs", f"log-group:{group}:log-stream:{_named(call, 'logStreamName')}"),)
        if group
        else ()
    )


def _s3(call: Call) -> tuple[str, ...]:
    bucket, key = _named(call, "Bucket"), _named(call, "Key")
    if not bucket:
        return ()
    return (f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}",)


_ECS_KINDS: Mapping[str, tuple[str, str]] = {
    "DescribeTasks": ("task", "tasks"),
    "StopTask": ("task", "task"),
    "DescribeServices": ("service", "services"),
    "UpdateService": ("service", "service"),
    "DeleteService": ("service", "service"),
    "CreateService": ("service", "serviceName"),
}
"""Operations on things of a cluster: their kind, and the parameter that names them."""


def _ecs(call: Call) -> tuple[str, ...]:
    if call.operation in _ECS_KINDS:
        return _in_cluster(call, *_ECS_KINDS[call.operation])
    match call.operation:
        case "RegisterTaskDefinition":
            return (_arn(call, "ecs", f"task-definition/{_named(call, 'family')}:*"),)
        case "RunTask" | "DeleteTaskDefinitions":
            names = call.params.get("taskDefinitions") or [_named(call, "taskDefinition")]
            return tuple(_definition(call, name) for name in names)
        case "DescribeClusters":
            names = call.params.get("clusters") or ["default"]
            return tuple(_arn(call, "ecs", f"cluster/{name.rpartition('/')[2]}") for name in names)
        case "DescribeServiceRevisions":
            return tuple(call.params.get("serviceRevisionArns") or ())
        case _:
            return tuple(filter(None, [_named(call, "resourceArn")]))


def _in_cluster(call: Call, kind: str, key: str) -> tuple[str, ...]:
    cluster = (_named(call, "cluster") or "default").rpartition("/")[2]
    given = call.params.get(key) or ()
    names = [given] if isinstance(given, str) else given
    return tuple(
        name if name.startswith("arn:") else _arn(call, "ecs", f"{kind}/{cluster}/{name}") for name in names
    )


def _definition(call: Call, name: str) -> str:
    if name.startswith("arn:"):
        return name
    return _arn(call, "ecs", f"task-definition/{name if ':' in name else name + ':*'}")


def _iam(call: Call) -> tuple[str, ...]:
    arn = _named(call, "PolicyArn", "PolicySourceArn", "RoleArn")
    if arn and call.operation not in ("AttachRolePolicy", "DetachRolePolicy"):
        return (arn,)
    kinds: Mapping[str, str] = {
        "RoleName": "role",
        "UserName": "user",
        "GroupName": "group",
        "PolicyName": "policy",
    }
    for key, kind in kinds.items():
        if call.params.get(key):
            return (f"arn:aws:iam::{call.account}:{kind}/{call.params[key]}",)
    return ()


def _sts(call: Call) -> tuple[str, ...]:
    role = _named(call, "RoleArn")
    return (role,) if role else ()


def _lambda(call: Call) -> tuple[str, ...]:
    """A function is named by its ARN, a part of it, or its name."""
    name = _named(call, "FunctionName", "Resource")
    return (_arn(call, "lambda", f"function:{name.rpartition('function:')[2]}"),) if name else ()


_RESOURCES: Mapping[str, Callable[[Call], tuple[str, ...]]] = {
    "ecr": _ecr,
    "secretsmanager": _secret,
    "ssm": _ssm,
    "kms": _kms,
    "logs": _logs,
    "s3": _s3,
    "ecs": _ecs,
    "iam": _iam,
    "sts": _sts,
    "lambda": _lambda,
}
