# ruff: noqa: SLF001 - moto's own fields are what is mended here.
"""Routes: one whose target is gone says ``blackhole``, as AWS does."""

from __future__ import annotations

from typing import Any

from probe.lab.cloud.repairs.replacing import replace_property


def _state(route: Any) -> str:
    return "blackhole" if _lost(route) else "active"


def _lost(route: Any) -> bool:
    backend, vpc = route.route_table.ec2_backend, route.route_table.vpc_id
    if route.nat_gateway:
        return bool(route.nat_gateway.state == "deleted")
    instance = route.instance or (route.interface and route.interface.instance)
    if instance:
        return not instance.is_running()
    if route.interface:
        return route.interface.id not in backend.enis
    if route.gateway and route.gateway.id.startswith("igw-"):
        attached = route.gateway.id in backend.internet_gateways and route.gateway.vpc
        return not attached or attached.id != vpc
    if route.vpc_pcx:
        return route.vpc_pcx.id not in backend.vpc_pcxs or route.vpc_pcx._status.code != "active"
    return bool(route.transit_gateway) and not _attached(backend, vpc, route.transit_gateway.id)


def _attached(backend: Any, vpc: str, gateway: str) -> bool:
    """Whether a VPC has an attachment to a transit gateway; only one that was deleted leaves without."""
    every = backend.transit_gateway_attachments.values()
    return any((one.resource_id, one.transit_gateway_id) == (vpc, gateway) for one in every)


def install() -> None:
    from moto.ec2.models.route_tables import Route

    replace_property(Route, "state", _state)
