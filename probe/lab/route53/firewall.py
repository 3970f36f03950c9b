"""Resolver DNS Firewall's own state: domain lists, rule groups and their rules, associations with VPCs.

moto has none of it.  Each object is kept as the API shows it, under its id.
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-overview.html
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from probe.lab.route53.zones import plain

Shown = dict[str, Any]
"""An object as the API shows it."""


@dataclass
class Firewall:
    """The DNS Firewall of one account in one region.  ``rules`` are by group, ``domains`` by list."""

    lists: dict[str, Shown] = field(default_factory=dict)
    domains: dict[str, list[str]] = field(default_factory=dict)
    groups: dict[str, Shown] = field(default_factory=dict)
    rules: dict[str, list[Shown]] = field(default_factory=dict)
    associations: dict[str, Shown] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def deciding(self, vpc: str, name: str, kind: str) -> Shown:
        """The rule that decides a question of a VPC: the first that matches; empty where none does.

        Groups are asked in the order of their associations' priorities, rules in that of their own.
        """
        with self.lock:
            found = (rule for rule in self._of_vpc(vpc) if self._matches(rule, name, kind))
            return dict(next(found, {}))

    def _of_vpc(self, vpc: str) -> Iterator[Shown]:
        bound = [one for one in self.associations.values() if one["VpcId"] == vpc]
        for association in sorted(bound, key=_priority):
            yield from sorted(self.rules[association["FirewallRuleGroupId"]], key=_priority)

    def _matches(self, rule: Shown, name: str, kind: str) -> bool:
        listed = self.domains[rule["FirewallDomainListId"]]
        return rule.get("Qtype", kind) == kind and any(_covers(domain, name) for domain in listed)


def _priority(shown: Shown) -> int:
    return int(shown["Priority"])


def _covers(domain: str, name: str) -> bool:
    """Whether a name is what a list says; a leading asterisk stands for anything.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-user-managed-domain-lists.html
    """
    listed = plain(domain)
    return name.endswith(listed[1:]) if listed.startswith("*") else name == listed
