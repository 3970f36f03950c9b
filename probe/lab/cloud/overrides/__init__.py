"""Calls that moto lacks or answers wrongly: one module a service, each with its ``handlers``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from probe.lab import cloudformation
from probe.lab.api.calls import Handler
from probe.lab.cloud import trail
from probe.lab.cloud.overrides import (
    ec2,
    ecr,
    kms,
    organizations,
    public_access,
    regions,
    secretsmanager,
    simulation,
    ssm,
    sts,
    unable,
)
from probe.lab.route53 import actions as route53

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_MODULES = (
    cloudformation,
    ec2,
    ecr,
    kms,
    organizations,
    public_access,
    regions,
    route53,
    secretsmanager,
    simulation,
    ssm,
    sts,
    trail,
)


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    """(service, operation) and what answers it."""
    answering = dict(pair for module in _MODULES for pair in module.handlers(cloud))
    yield from answering.items()
    yield from unable.handlers(cloud, answering)
