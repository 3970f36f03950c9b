"""A scenario's own arguments: names of its subnets and groups, whose ids nobody knows beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

SUBNETS, GROUPS = "--subnets", "--security-groups"


def with_ids(aws: Any, words: Iterable[str]) -> tuple[str, ...]:
    """The words, with ids for the subnets' Name tags and the groups' names after those options."""
    ec2 = aws.client("ec2")
    ids = {SUBNETS: _subnets(ec2), GROUPS: _groups(ec2)}
    return tuple(
        ",".join(ids.get(option, {}).get(part, part) for part in word.split(","))
        for option, word in pairwise(("", *words))
    )


def _subnets(ec2: Any) -> Mapping[str, str]:
    filters = [{"Name": "key", "Values": ["Name"]}, {"Name": "resource-type", "Values": ["subnet"]}]
    pages = ec2.get_paginator("describe_tags").paginate(Filters=filters)
    return {tag["Value"]: tag["ResourceId"] for page in pages for tag in page["Tags"]}


def _groups(ec2: Any) -> Mapping[str, str]:
    pages = ec2.get_paginator("describe_security_groups").paginate()
    return {one["GroupName"]: one["GroupId"] for page in pages for one in page["SecurityGroups"]}
