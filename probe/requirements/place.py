"""Where a task is to run, and the names that follow from it."""

from __future__ import annotations

from probe import endpoints
from probe.model import Noun
from probe.requirements import placeholders


class Place(Noun, kw_only=True):
    """Where the task is to run, on Fargate or not; ``images`` its revision pinned, by container."""

    region: str
    account: str
    images: dict[str, str]
    fargate: bool = False


def arn_region(written: str, place: Place) -> str:
    """The region of an ARN, else the task's; empty where a placeholder stands for it."""
    parts = placeholders.bare(written).split(":")
    if parts[0] != "arn" or not parts[3:]:
        return place.region
    return parts[3] if endpoints.is_region(parts[3]) else ""


def service_hosts(region: str, *services: str) -> tuple[str, ...]:
    """The names of services in a region; none where the region is not known."""
    return tuple(endpoints.host(service, region) for service in services) if region else ()
