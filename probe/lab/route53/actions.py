"""The calls of Route 53 Resolver that moto lacks: DNS Firewall's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from probe.lab.api.calls import Handler
from probe.lab.route53 import domain_lists, rule_groups, shelf

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_SERVICE = "route53resolver"
_NOT_REPRESENTED = ("UpdateFirewallConfig", "ImportFirewallDomains")
"""The lab's firewall never fails, so there is nothing to open; and it reads no file of domains."""


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    """(service, operation) and what answers it."""
    for operation, act in (domain_lists.ACTIONS | rule_groups.ACTIONS).items():
        yield (_SERVICE, operation), shelf.handler(cloud.firewall, act)
    for operation in _NOT_REPRESENTED:
        yield (_SERVICE, operation), shelf.refused
