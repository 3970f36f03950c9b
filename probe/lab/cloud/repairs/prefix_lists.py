"""Prefix lists: AWS's own hold the lab's documentation ranges, and a modified one keeps its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probe.lab.cloud.repairs.replacing import replace
from probe.lab.names import Names

_DYNAMODB = "198.51.100.252/30"


def install(names: Names) -> None:
    from moto.ec2.models.managed_prefixes import ManagedPrefixListBackend

    def made(_: Callable[..., Any]) -> Callable[..., Any]:
        def create(self: Any) -> None:
            for suffix, block in (("s3", names.s3_range(self.region_name)), ("dynamodb", _DYNAMODB)):
                self._create_aws_managed_prefix_list(
                    name=f"com.amazonaws.{self.region_name}.{suffix}",
                    address_family="IPv4",
                    entries=[{"Cidr": block, "Description": ""}],
                )

        return create

    def kept(original: Callable[..., Any]) -> Callable[..., Any]:
        def modify(
            self: Any, *, prefix_list_id: str, prefix_list_name: str | None = None, **more: Any
        ) -> Any:
            name = prefix_list_name or self.managed_prefix_lists[prefix_list_id].prefix_list_name
            return original(self, prefix_list_id=prefix_list_id, prefix_list_name=name, **more)

        return modify

    replace(ManagedPrefixListBackend, "create_default_pls", made)
    replace(ManagedPrefixListBackend, "modify_managed_prefix_list", kept)
