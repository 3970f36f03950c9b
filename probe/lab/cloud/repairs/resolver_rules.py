"""Resolver rules: a target without a port is asked on the usual one, and nothing needs a name.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_TargetAddress.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probe.lab.cloud.repairs.replacing import replace

_DNS = 53


def _made(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(self: Any, **given: Any) -> Any:
        targets = [{"Port": _DNS, **target} for target in given.get("target_ips") or ()]
        return original(self, **given | {"target_ips": targets})

    return create


def _nameless(original: Callable[..., Any]) -> Callable[..., Any]:
    """Names are optional; moto sorts by them, and cannot compare two that are missing."""

    def make(self: Any, **given: Any) -> Any:
        return original(self, **given | {"name": given.get("name") or ""})

    return make


def install() -> None:
    """Mend moto, once a process."""
    from moto.route53resolver.models import Route53ResolverBackend

    replace(Route53ResolverBackend, "create_resolver_rule", lambda original: _nameless(_made(original)))
    for operation in ("create_resolver_endpoint", "associate_resolver_rule"):
        replace(Route53ResolverBackend, operation, _nameless)
