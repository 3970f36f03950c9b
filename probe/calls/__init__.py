"""The signed calls: one file a service, each as the ECS agent makes it.

A service is ``run(calls, target, below, vantage) -> Iterator[Observation]``, named by the part of the
operation before the colon.  boto3 is read from disk when the first call is made, or by ``prepare``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from itertools import groupby
from typing import Any

from probe.model import Call, Layer, Observation, Target
from probe.vantage import Step, Vantage, skip

MODULES: Mapping[str, str] = {
    service: f"probe.calls.{service}"
    for service in ("ecr", "registry", "secretsmanager", "ssm", "kms", "logs", "s3", "sts")
}


OUTSPOKEN = ("boto3", "botocore", "httpcore", "httpx", "s3transfer", "urllib3")
"""Libraries that log answers, headers and presigned addresses to whoever turns logging on."""

INSTEAD: Mapping[str, str] = dict.fromkeys(("secretsmanager", "ssm"), "probe.calls.described")
"""Who asks what can be asked where a call is withheld."""


def check(target: Target, below: tuple[Observation, ...], vantage: Vantage) -> Iterator[Observation]:
    """The calls of a target; each service makes its own at once or in the agent's order."""
    for service, group in groupby(sorted(target.calls, key=service_of), key=service_of):
        calls = tuple(group)
        made = tuple(call for call in calls if not call.withheld)
        if made:
            yield from import_module(MODULES[service]).run(made, target, below, vantage)
        yield from _withheld(service, tuple(call for call in calls if call.withheld), target, below, vantage)


def _withheld(
    service: str, calls: tuple[Call, ...], target: Target, below: tuple[Observation, ...], vantage: Vantage
) -> Iterator[Observation]:
    if calls and service in INSTEAD:
        yield from import_module(INSTEAD[service]).run(calls, target, below, vantage)
        return
    for call in calls:
        step = Step(target, Layer.CALL, call.operation, reference=call.reference or None)
        yield skip(step, call.withheld or "")


def service_of(call: Call) -> str:
    """The service that an operation belongs to, as ``MODULES`` names it."""
    return call.operation.partition(":")[0]


def hush() -> None:
    """Let no library log what it carries: values and tokens are in it, at any level but the highest."""
    for name in OUTSPOKEN:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def client(service: str, region: str, timeout: float) -> Any:
    """A boto3 client with the agent's retries; ``timeout`` bounds a connection and a read, in seconds."""
    return _signed().client(service, region, timeout)


def prepare(vantage: Vantage) -> None:
    """Import what the calls need and make their clients, in the plan's order, while packets travel."""
    wanted = [(service_of(call), target.region) for target in vantage.work.targets for call in target.calls]
    for service, region in dict.fromkeys(wanted):
        import_module(MODULES[service])
        if service != "registry":
            with suppress(*_signed().ERRORS):
                vantage.client(service, region)


def _signed() -> Any:
    """The module that imports boto3, when it is needed."""
    return import_module("probe.calls.signed")
