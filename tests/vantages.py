"""Vantages and targets for tests: other servers, another trust, other clients, passed in."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from probe.model import Call, Layer, LogSink, Observation, Status, Target, Work
from probe.vantage import Vantage

NAME = "api.example.test"
REGION = "eu-north-1"


def target(
    port: int = 443,
    *,
    service: str = "secretsmanager",
    host: str = NAME,
    layers: Sequence[Layer] = (Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP),
    calls: Sequence[Call] = (),
    needed: bool = True,
) -> Target:
    """A target, needed unless a test says otherwise."""
    return Target(
        name=service,
        service=service,
        host=host,
        port=port,
        region=REGION,
        needed=needed,
        because="a test needs it",
        group=service,
        layers=tuple(layers),
        calls=tuple(calls),
    )


def vantage(  # noqa: PLR0913  a keyword for each thing that a test may change
    *targets: Target,
    servers: Sequence[tuple[str, int]] = (),
    addresses: Mapping[str, Sequence[str]] | Exception | None = None,
    trust: ssl.SSLContext | None = None,
    clients: Mapping[str, Any] | None = None,
    timeout: float = 4.0,
    unneeded_timeout: float = 3.0,
    deadline: float = 20.0,
    logs: LogSink | None = None,
) -> Vantage:
    """A vantage whose resolver knows these addresses, and whose clients are these by service."""
    return Vantage(
        work=Work(
            run="r1",
            subnet="subnet-1",
            region=REGION,
            targets=targets,
            connect_timeout=timeout,
            unneeded_timeout=unneeded_timeout,
            deadline=deadline,
            logs=logs,
        ),
        servers=tuple(servers),
        look_up=_resolver(addresses if addresses is not None else {NAME: ["127.0.0.1"]}),
        trust=lambda: trust or ssl.create_default_context(),
        client=lambda service, _: (clients or {})[service],
        tokens={one.region: Future() for one in targets if one.service == "ecr.api"},
    )


def passed(operation: str, layer: Layer, address: str = "127.0.0.1") -> tuple[Observation, ...]:
    """What a layer leaves to the one above it."""
    facts: dict[str, str | int | float | tuple[str, ...]] = (
        {"answers": (address,)} if layer is Layer.DNS else {}
    )
    return (
        Observation(
            target="secretsmanager",
            layer=layer,
            operation=operation,
            status=Status.PASS,
            address=address,
            facts=facts,
        ),
    )


def kinds(observations: Sequence[Observation]) -> list[tuple[str, str]]:
    """Operation and kind of failure, or status, of each observation."""
    return [
        (one.operation, one.failure.kind.value if one.failure else one.status.value) for one in observations
    ]


def _resolver(addresses: Mapping[str, Sequence[str]] | Exception) -> Callable[[str, int], list[str]]:
    def look_up(host: str, _: int) -> list[str]:
        if isinstance(addresses, Exception):
            raise addresses
        return list(addresses[host])

    return look_up
