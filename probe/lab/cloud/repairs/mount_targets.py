"""Mount targets of EFS: interfaces that AWS keeps for a customer, with the groups that were asked for.

https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probe.lab.cloud.repairs.interfaces import own
from probe.lab.cloud.repairs.replacing import replace


def _given(original: Callable[..., Any]) -> Callable[..., Any]:
    def give(self: Any, interface: Any) -> None:
        original(self, interface)
        ec2 = interface.ec2_backend
        default = ec2.get_default_security_group(self.vpc_id).id
        self.security_groups = list(self.security_groups or [default])
        own(
            interface,
            kind="efs",
            description=f"EFS mount target for {self.file_system_id} ({self.mount_target_id})",
            groups=[ec2.get_security_group_from_id(one) for one in self.security_groups],
        )

    return give


def install() -> None:
    from moto.efs.models import MountTarget

    replace(MountTarget, "set_network_interface", _given)
