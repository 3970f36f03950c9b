"""What ECS asks IAM besides the action itself: the cluster as a condition key, and leave to tag.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
"""

from __future__ import annotations

from probe.lab.api.calls import Call
from probe.lab.iam.actions import Asked


def tagging(call: Call) -> tuple[Asked, ...]:
    """The permission to tag what is made; nothing where it is made without tags."""
    if call.api != "ecs" or not call.params.get("tags"):
        return ()
    match call.operation:
        case "RegisterTaskDefinition":
            kind = f"task-definition/{call.params.get('family')}:*"
        case "RunTask":
            kind = f"task/{_cluster(call)}/*"
        case _:
            return ()
    return (Asked("ecs:TagResource", f"{_prefix(call)}:{kind}"),)


def context(call: Call) -> dict[str, str]:
    """The condition keys that an ECS call has."""
    if call.api != "ecs" or "cluster" not in call.params:
        return {}
    return {"ecs:cluster": f"{_prefix(call)}:cluster/{_cluster(call)}"}


def _cluster(call: Call) -> str:
    return str(call.params.get("cluster") or "default").rpartition("/")[2]


def _prefix(call: Call) -> str:
    return f"arn:aws:ecs:{call.region}:{call.account}"
