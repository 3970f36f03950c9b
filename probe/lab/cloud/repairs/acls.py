"""Network ACLs: a customer's own denies everything until told otherwise, and shows that it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probe.lab.cloud.repairs.replacing import replace

_LAST = 32767
"""The number of the rule that AWS shows as ``*``."""


def _made(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(self: Any, *args: Any, **kwargs: Any) -> Any:
        acl = original(self, *args, **kwargs)
        if not acl.default:
            for egress in (True, False):
                nothing = (None,) * 5
                self.create_network_acl_entry(acl.id, _LAST, "-1", "deny", egress, "0.0.0.0/0", *nothing)
        return acl

    return create


def install() -> None:
    from moto.ec2.models.network_acls import NetworkAclBackend

    replace(NetworkAclBackend, "create_network_acl", _made)
