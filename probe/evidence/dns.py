"""What decides a name in a VPC: its name servers, Resolver rules, DNS Firewall and private zones."""

from __future__ import annotations

import ipaddress

from probe.evidence.controls import FirewallRule, HostedZone, ResolverRule
from probe.evidence.places import Chart
from probe.evidence.snapshot import read

LINK_LOCAL_RESOLVER = "169.254.169.253"
_AMAZON = "AmazonProvidedDNS"


def amazon_addresses(there: Chart, vpc: str) -> frozenset[str]:
    """The addresses of AmazonProvidedDNS: base plus two of each block, and the link-local one."""
    blocks = there.vpcs[vpc].cidrs if vpc in there.vpcs else ()
    plus_two = (str(ipaddress.ip_network(block, strict=False)[2]) for block in blocks if ":" not in block)
    return frozenset({LINK_LOCAL_RESOLVER, *plus_two})


def custom_servers(there: Chart, vpc: str) -> tuple[str, ...]:
    """The DHCP options' name servers that are not AmazonProvidedDNS: groups and NACLs apply to them."""
    wanted = there.vpcs[vpc].dhcp_options if vpc in there.vpcs else None
    options = next((one for one in read(there.snapshot.dhcp_options) if one.id == wanted), None)
    amazon = amazon_addresses(there, vpc) | {_AMAZON}
    return tuple(server for server in options.name_servers if server not in amazon) if options else ()


def firewall_rule(there: Chart, vpc: str, name: str) -> FirewallRule | None:
    """The DNS Firewall rule that decides a name, where it blocks it."""
    rules = [one for one in read(there.snapshot.firewall_rules) if vpc in one.vpcs and _covers(one, name)]
    first = min(rules, key=lambda one: (one.group_priority, one.priority), default=None)
    return first if first is not None and first.action == "BLOCK" else None


def resolver_rule(there: Chart, vpc: str, name: str) -> ResolverRule | None:
    """The Resolver rule that forwards a name elsewhere, if the rule of the most specific domain does.

    A private hosted zone of a longer domain comes before it.
    """
    known = read(there.snapshot.resolver_rules)
    rules = [one for one in known if vpc in one.vpcs and under(name, one.domain)]
    first = max(rules, key=lambda one: len(one.domain.strip(".")), default=None)
    zone = _most_specific_zone(there, vpc, name)
    if first is None or first.type != "FORWARD" or (zone and _is_longer(zone.name, first.domain)):
        return None
    return first


def hosted_zone(there: Chart, vpc: str, name: str) -> HostedZone | None:
    """The private hosted zone that answers for a name in this VPC; a rule of the same domain goes first."""
    zone = _most_specific_zone(there, vpc, name)
    return zone if zone is not None and resolver_rule(there, vpc, name) is None else None


def _most_specific_zone(there: Chart, vpc: str, name: str) -> HostedZone | None:
    known = there.vpcs.get(vpc)
    if known is not None and False in (known.dns_support, known.dns_hostnames):
        return None
    zones = [one for one in read(there.snapshot.hosted_zones) if vpc in one.vpcs and under(name, one.name)]
    return max(zones, key=lambda one: len(one.name.strip(".")), default=None)


def _is_longer(domain: str, other: str) -> bool:
    return len(domain.strip(".")) > len(other.strip("."))


def under(name: str, domain: str) -> bool:
    """Whether a name is the domain or below it; the root domain ``.`` has every name below it."""
    name, domain = name.rstrip(".").lower(), domain.strip(".").lower()
    return not domain or name == domain or name.endswith(f".{domain}")


def _covers(rule: FirewallRule, name: str) -> bool:
    return any(_matches(domain, name) for domain in rule.domains)


def _matches(domain: str, name: str) -> bool:
    """A leading asterisk stands for anything, also for nothing: ``*.example.com`` leaves example.com out."""
    listed, asked = domain.rstrip(".").lower(), name.rstrip(".").lower()
    return asked.endswith(listed.removeprefix("*")) if listed.startswith("*") else asked == listed
