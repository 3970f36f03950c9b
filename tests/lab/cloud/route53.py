"""Changes of what decides names in a VPC: zones, Resolver rules, DNS Firewall, the VPC's attributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from probe.lab.cloud import Cloud
from tests.lab.cloud.networks import REGION, Network

TARGET = "10.9.0.53"
"""Where rules send their questions."""


@dataclass(frozen=True)
class Place:
    """What a row changes: the VPC and the clients that change what it asks."""

    network: Network
    cloud: Cloud

    def client(self, api: str) -> Any:
        return self.cloud.client(api)


Change = Callable[[Place], None]


def zone(domain: str, *records: tuple[str, str, str]) -> Change:
    """A private hosted zone of the VPC with records: name, type, value."""

    def change(place: Place) -> None:
        route53 = place.client("route53")
        here = {"VPCRegion": REGION, "VPCId": place.network.vpc}
        reference = f"{place.network.vpc}-{domain}"
        made = route53.create_hosted_zone(Name=domain, CallerReference=reference, VPC=here)
        for name, kind, value in records:
            written = {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}
            batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": written}]}
            route53.change_resource_record_sets(HostedZoneId=made["HostedZone"]["Id"], ChangeBatch=batch)

    return change


def rule(domain: str, kind: str = "FORWARD") -> Change:
    """A Resolver rule of the VPC; one that forwards leads to TARGET."""

    def change(place: Place) -> None:
        resolver, net = place.client("route53resolver"), place.network
        name = f"{net.vpc}-{domain.strip('.') or 'all'}"[-60:].replace(".", "-")
        more: dict[str, Any] = {}
        if kind == "FORWARD":
            group = net.ec2.create_security_group(VpcId=net.vpc, GroupName=name, Description="of DNS")
            made = resolver.create_resolver_endpoint(
                CreatorRequestId=name,
                Name=name,
                Direction="OUTBOUND",
                SecurityGroupIds=[group["GroupId"]],
                IpAddresses=[{"SubnetId": subnet} for subnet in net.subnets[:2]],
            )
            more = {"ResolverEndpointId": made["ResolverEndpoint"]["Id"], "TargetIps": [{"Ip": TARGET}]}
        written = resolver.create_resolver_rule(
            CreatorRequestId=name, Name=name, RuleType=kind, DomainName=domain, **more
        )
        identity = written["ResolverRule"]["Id"]
        resolver.associate_resolver_rule(ResolverRuleId=identity, Name=name, VPCId=net.vpc)

    return change


def firewall(order: int, *rules: tuple[str, str, dict[str, Any]]) -> Change:
    """A DNS Firewall rule group at a place in the VPC's order, with rules in theirs: domain, action, more."""

    def change(place: Place) -> None:
        resolver, name = place.client("route53resolver"), f"{place.network.vpc}-{order}"
        group = resolver.create_firewall_rule_group(CreatorRequestId=name, Name=name)["FirewallRuleGroup"]
        for number, (domain, action, more) in enumerate(rules):
            own = {"CreatorRequestId": f"{name}-{number}", "Name": f"{name}-{number}"}
            listed = resolver.create_firewall_domain_list(**own)["FirewallDomainList"]["Id"]
            resolver.update_firewall_domains(FirewallDomainListId=listed, Operation="ADD", Domains=[domain])
            where = {"FirewallRuleGroupId": group["Id"], "FirewallDomainListId": listed}
            resolver.create_firewall_rule(**own, **where, Priority=number, Action=action, **more)
        resolver.associate_firewall_rule_group(
            CreatorRequestId=name,
            Name=name,
            FirewallRuleGroupId=group["Id"],
            VpcId=place.network.vpc,
            Priority=order,
        )

    return change


def attribute(**given: bool) -> Change:
    """A DNS attribute of the VPC."""
    values = {name: {"Value": value} for name, value in given.items()}
    return lambda place: place.network.ec2.modify_vpc_attribute(VpcId=place.network.vpc, **values)
