"""Where a container's output goes: its log stream, or the destination of another driver."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from probe import endpoints
from probe.model import Requirement, RequirementKind
from probe.requirements import destinations, log_drivers, placeholders
from probe.requirements.definitions import Definition, mapping, mappings, text
from probe.requirements.destinations import Destination
from probe.requirements.log_drivers import Fault
from probe.requirements.place import Place, service_hosts


def read(container: Definition, label: str, place: Place) -> Iterator[Requirement]:
    """The log stream or the destination of a container's log driver."""
    for logging in mappings(container.get("logConfiguration")):
        driver = text(logging.get("logDriver"))
        options = log_options(logging)
        if driver == "awslogs":
            corrections = log_drivers.corrections(options, faults(logging, place))
            yield msgspec.structs.replace(_log_stream(options, label, place), corrections=corrections)
        else:
            yield from _log_destination(driver, options, label, place)


def log_options(logging: Definition) -> dict[str, str]:
    """The options of a log driver; a number or a truth value is its text, and ``null`` is absent."""
    options = mapping(logging.get("options"))
    return {key: text(value) for key, value in options.items() if text(value) or value == ""}


def faults(logging: Definition, place: Place) -> tuple[Fault, ...]:
    """What ``awslogs`` rejects, but for values that a placeholder stands for."""
    options = log_options(logging)
    unknown = {key for key, value in options.items() if placeholders.in_word(value)}
    found = log_drivers.faults(options, fargate=place.fargate, region=place.region)
    return tuple(fault for fault in found if fault.option not in unknown)


def _log_stream(options: dict[str, str], label: str, place: Place) -> Requirement:
    region = options.get("awslogs-region") or place.region
    known = endpoints.is_spelled_well(region)
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
    region = options.get("region") or place.region
    service = destinations.firelens_service(options) if driver == "awsfirelens" else None
    if service == "s3":
        yield from _bucket(options, label, region)
        return
    if service is not None and endpoints.is_region(region):
        yield _written(service_destination(service, region), label, region, driver=driver, service=service)
        return
    found = destinations.destination(driver, options)
    if found is not None and not placeholders.found(found.host) and not placeholders.in_word(region):
        yield _written(found, label, region, driver=driver)


def _bucket(options: dict[str, str], label: str, region: str) -> Iterator[Requirement]:
    """FireLens writes to a bucket of its own, not to that of ECR's layers."""
    bucket = options.get("bucket", "")
    if bucket and endpoints.is_region(region) and not placeholders.in_word(bucket):
        host = endpoints.bucket_host(bucket, region)
        found = Destination(host=host, port=443, transport="tls", gates=False)
        yield _written(found, label, region, driver="awsfirelens")


def service_destination(service: str, region: str) -> Destination:
    """A service of AWS that something beside the containers writes to: no start waits for it."""
    return Destination(host=endpoints.host(service, region), port=443, transport="tls", gates=False)


def _written(found: Destination, label: str, region: str, **details: str) -> Requirement:
    gates = "true" if found.gates else "false"
    return Requirement(
        kind=RequirementKind.LOG_DESTINATION,
        container=label,
        reference=f"{found.host}:{found.port}",
        region=region,
        hosts=(found.host,),
        details={**details, "gates_start": gates, "transport": found.transport},
    )
