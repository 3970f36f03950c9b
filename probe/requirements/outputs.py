"""Where a container's output goes: its log stream, or the destination of another driver."""

from __future__ import annotations

from collections.abc import Iterator

from probe import endpoints
from probe.model import Requirement, RequirementKind
from probe.requirements import log_drivers, placeholders
from probe.requirements.definitions import Definition, mapping, mappings, text
from probe.requirements.place import Place, service_hosts


def read(container: Definition, label: str, place: Place) -> Iterator[Requirement]:
    """The log stream or the destination of a container's log driver."""
    for logging in mappings(container.get("logConfiguration")):
        driver = text(logging.get("logDriver"))
        options = log_options(logging)
        if driver == "awslogs":
            yield _log_stream(options, label, place)
        else:
            yield from _log_destination(driver, options, label, place)


def log_options(logging: Definition) -> dict[str, str]:
    """The options of a log driver; a number or a truth value is its text, and ``null`` is absent."""
    options = mapping(logging.get("options"))
    return {key: text(value) for key, value in options.items() if text(value) or value == ""}


def _log_stream(options: dict[str, str], label: str, place: Place) -> Requirement:
    region = options.get("awslogs-region") or place.region
    known = endpoints.is_region(region)
    return Requirement(
        kind=RequirementKind.LOG_STREAM,
        container=label,
        reference=options.get("awslogs-group", ""),
        region=region if known else "",
        hosts=service_hosts(region if known else "", "logs"),
        details={
            "group": options.get("awslogs-group", ""),
            "prefix": options.get("awslogs-stream-prefix", ""),
            "create_group": "true" if log_drivers.creates_group(options) else "false",
        },
    )


def _log_destination(driver: str, options: dict[str, str], label: str, place: Place) -> Iterator[Requirement]:
    service = log_drivers.firelens_service(options) if driver == "awsfirelens" else None
    region = options.get("region") or place.region
    if service is not None and endpoints.is_region(region):
        host, port = f"{service}.{region}.{endpoints.partition(region).dns_suffix}", 443
    else:
        address = log_drivers.destination(driver, options)
        if address is None or placeholders.found(address[0]) or placeholders.in_word(region):
            return
        host, port = address
    yield Requirement(
        kind=RequirementKind.LOG_DESTINATION,
        container=label,
        reference=f"{host}:{port}",
        region=region,
        hosts=(host,),
        details={"driver": driver, "gates_start": "false" if driver == "awsfirelens" else "true"},
    )
