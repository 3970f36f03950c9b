"""Resolver rules: a target without a port is asked on the usual one.

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


def install() -> None:
    """Mend moto, once a process."""
    from moto.route53resolver.models import Route53ResolverBackend

    replace(Route53ResolverBackend, "create_resolver_rule", _made)
