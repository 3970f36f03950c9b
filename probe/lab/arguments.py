"""A scenario's own arguments: names of its subnets and groups, whose ids nobody knows beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def with_ids(aws: Any, words: Iterable[str]) -> tuple[str, ...]:
    """The words; a part between commas that is a subnet's Name tag, or a group's name, is its id."""
    ids = _ids(aws.client("ec2"))
    return tuple(",".join(ids.get(part, part) for part in word.split(",")) for word in words)


def _ids(ec2: Any) -> Mapping[str, str]:
    filters = [{"Name": "key", "Values": ["Name"]}, {"Name": "resource-type", "Values": ["subnet"]}]
    tags = ec2.get_paginator("describe_tags").paginate(Filters=filters)
    groups = ec2.get_paginator("describe_security_groups").paginate()
    tagged = {tag["Value"]: tag["ResourceId"] for page in tags for tag in page["Tags"]}
    return tagged | {one["GroupName"]: one["GroupId"] for page in groups for one in page["SecurityGroups"]}
