"""Regions that an account has closed: nobody's credentials hold there, and what lies there stays.

Every region is open until somebody closes it, so that a scenario may use any; AWS opens some only on demand.
https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_ALWAYS_OPEN = frozenset(
    {
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
        *("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3"),
        *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"),
        *("ap-southeast-1", "ap-southeast-2"),
    }
)
"""Regions from before March 2019; every later one is opened on demand."""


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def disable(call: Call) -> None:
        cloud.closed_regions.add(_opted_in(call))

    def enable(call: Call) -> None:
        cloud.closed_regions.discard(_opted_in(call))

    def status(call: Call) -> Mapping[str, Any]:
        name = str(call.params["RegionName"])
        own = "ENABLED_BY_DEFAULT" if name in _ALWAYS_OPEN else "ENABLED"
        return {"RegionName": name, "RegionOptStatus": "DISABLED" if name in cloud.closed_regions else own}

    yield ("account", "DisableRegion"), disable
    yield ("account", "EnableRegion"), enable
    yield ("account", "GetRegionOptStatus"), status


def _opted_in(call: Call) -> str:
    """The region of a call, which has to be one that accounts may close."""
    name = str(call.params["RegionName"])
    if name in _ALWAYS_OPEN:
        raise ApiError("ValidationException", f"Region {name} cannot be enabled or disabled.")
    return name
