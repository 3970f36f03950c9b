"""Security groups: a VPC's default group admits its own members, which moto forgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probe.lab.cloud.repairs.replacing import replace


def _made(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(self: Any, *args: Any, **kwargs: Any) -> Any:
        group = original(self, *args, **kwargs)
        if kwargs.get("is_default"):
            own = [{"GroupId": group.id}]
            self.authorize_security_group_ingress(
                group.id, "-1", None, None, [], source_groups=own, vpc_id=group.vpc_id
            )
        return group

    return create


def install() -> None:
    from moto.ec2.models.security_groups import SecurityGroupBackend

    replace(SecurityGroupBackend, "create_security_group", _made)
