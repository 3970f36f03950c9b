"""What AmazonProvidedDNS makes of a question: DNS Firewall first, then whatever knows the name best.

Rules and private zones are compared by their domains, and the most specific decides; a rule comes before a
zone of the same name.  A zone that decides and lacks the name says so: nobody else is asked.
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from probe.lab.route53 import mount_targets, rules, zones
from probe.lab.route53.rules import Rule
from probe.lab.route53.zones import Record, Zone

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


@dataclass(frozen=True)
class Asker:
    """Who asks: in which VPC (empty: the world), from which address, and whether through an inbound endpoint.

    The address counts: a file system's name is another's in each availability zone.
    """

    vpc: str = ""
    client: str = ""
    inbound: bool = False


@dataclass(frozen=True)
class Answer:
    """The values of a name and a type, perhaps none; ``NXDOMAIN`` where there is no such name."""

    values: tuple[str, ...] = ()
    rcode: Literal["NOERROR", "NXDOMAIN"] = "NOERROR"


@dataclass(frozen=True)
class Alias:
    """Another name has the values; ``shown`` where the answer says so, as a CNAME."""

    name: str
    shown: bool
    inspected: bool = True


Found = Answer | Alias | Rule
"""An answer, a name to ask instead, or a rule that sends the question elsewhere."""

_NO_SUCH_NAME = Answer(rcode="NXDOMAIN")


def look(cloud: Cloud, asker: Asker, name: str, kind: str, *, inspected: bool = True) -> Found:
    """What an asker is told of a name (lower case, no trailing dot) and a type (``A`` …).

    ``inspected`` is whether DNS Firewall has a say, as it has not in what it answers itself, nor in where a
    name leads that a rule trusts.
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-rule-settings.html
    """
    vpc = asker.vpc
    with cloud.lock:
        rule = cloud.firewall.deciding(vpc, name, kind) if vpc and inspected else {}
        if rule.get("Action") == "BLOCK":
            return _blocked(rule)
        own = (_private(cloud, asker, name, kind) or _mounted(cloud, asker, name, kind)) if vpc else None
        found = own or _public(cloud, name, kind)
    trusted = rule.get("FirewallDomainRedirectionAction") == "TRUST_REDIRECTION_DOMAIN"
    return replace(found, inspected=inspected and not trusted) if isinstance(found, Alias) else found


def _blocked(rule: Mapping[str, Any]) -> Found:
    match rule["BlockResponse"]:
        case "NODATA":
            return Answer()
        case "NXDOMAIN":
            return _NO_SUCH_NAME
        case _:
            return Alias(zones.plain(rule["BlockOverrideDomain"]), shown=True, inspected=False)


def _private(cloud: Cloud, asker: Asker, name: str, kind: str) -> Found | None:
    known = [one for one in rules.of_vpc(cloud, asker.vpc) if _is_under(name, one.domain)]
    zoned = zones.of_vpc(cloud, asker.vpc, inbound=asker.inbound)
    own = [one for one in zoned if _is_under(name, one.domain)]
    rule = max(known, key=lambda one: len(one.domain), default=None)
    zone = max(own, key=lambda one: len(one.domain), default=None)
    if rule is not None and rule.forwards and (zone is None or len(rule.domain) >= len(zone.domain)):
        return rule
    return _in_zone(zone, name, kind) if zone is not None else None


def _in_zone(zone: Zone, name: str, kind: str) -> Found:
    records = zone.at(name)
    wanted = [one for one in records if one.type == kind] or [one for one in records if one.type == "CNAME"]
    if not wanted:
        return Answer() if records else _NO_SUCH_NAME
    return _read(wanted, kind)


def _read(wanted: list[Record], kind: str) -> Found:
    first = wanted[0]
    if first.alias:
        return Alias(first.alias, shown=False)
    if first.type == "CNAME" != kind:
        return Alias(zones.plain(first.values[0]), shown=True)
    return Answer(tuple(value for one in wanted for value in one.values))


def _mounted(cloud: Cloud, asker: Asker, name: str, kind: str) -> Found | None:
    if not zones.has_private_names(cloud, asker.vpc):
        return None
    found = mount_targets.addresses(cloud, asker.vpc, name, asker.client)
    return Answer(found if kind == "A" else ()) if found else None


def _public(cloud: Cloud, name: str, kind: str) -> Answer:
    address = cloud.names.address(name)
    everywhere = zones.endpoint_name(cloud, name)
    if everywhere is None:
        everywhere = (address,) if address else None
    if everywhere is None:
        return _NO_SUCH_NAME
    return Answer(everywhere if kind == "A" else ())


def _is_under(name: str, domain: str) -> bool:
    return not domain or f".{name}".endswith(f".{domain}")
