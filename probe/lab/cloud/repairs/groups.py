"""Security groups: a VPC's default group admits its own members; what is absent is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probe.lab.cloud.repairs.replacing import replace


def _made(original: Callable[..., Any]) -> Callable[..., Any]:
    from moto.ec2.exceptions import EC2ClientError

    def create(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not kwargs.get("vpc_id") and self.default_vpc is None:
            raise EC2ClientError("VPCIdNotSpecified", "No default VPC for this user.")
        group = original(self, *args, **kwargs)
        if kwargs.get("is_default"):
            own = [{"GroupId": group.id}]
            self.authorize_security_group_ingress(
                group.id, "-1", None, None, [], source_groups=own, vpc_id=group.vpc_id
            )
        return group

    return create


def _described(original: Callable[..., Any]) -> Callable[..., Any]:
    def describe(self: Any, group_ids: Any = None, *args: Any, **kwargs: Any) -> Any:
        from moto.ec2.exceptions import InvalidSecurityGroupNotFoundError

        known = {group for by_id in self.groups.values() for group in by_id}
        for unknown in (one for one in group_ids or () if one not in known):
            raise InvalidSecurityGroupNotFoundError(unknown)
        return original(self, group_ids, *args, **kwargs)

    return describe


def install() -> None:
    from moto.ec2.models.security_groups import SecurityGroupBackend

    replace(SecurityGroupBackend, "describe_security_groups", _described)
    replace(SecurityGroupBackend, "create_security_group", _made)
