"""What decides names beside the VPC's own resolver: hosted zones, Resolver rules, rules of DNS Firewall."""

from __future__ import annotations

from typing import Any

from probe.lab.world.networks import Network


def hosted_zone(aws: Any, net: Network, domain: str, records: dict[str, str]) -> str:
    """A private hosted zone of the VPC with A records, name to address.  Answers its id."""
    route53 = aws.client("route53")
    made = route53.create_hosted_zone(
        Name=domain,
        CallerReference=f"{net.vpc}-{domain}",
        VPC={"VPCRegion": aws.region_name, "VPCId": net.vpc},
        HostedZoneConfig={"PrivateZone": True},
    )
    zone = str(made["HostedZone"]["Id"]).rpartition("/")[2]
    for name, address in records.items():
        record = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": address}]}
        change = {"Action": "CREATE", "ResourceRecordSet": record}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})
    return zone


def resolver_rule(aws: Any, net: Network, name: str, domain: str, *targets: str) -> str:
    """A rule of the VPC that forwards a domain to addresses.  Answers its id.

    Its outbound endpoint has an interface in each of the service's subnets (two where there is one), and the
    service's group.
    """
    resolver = aws.client("route53resolver")
    where = [{"SubnetId": subnet} for subnet in (net.subnets * 2)[: max(2, len(net.subnets))]]
    endpoint = resolver.create_resolver_endpoint(
        CreatorRequestId=name,
        Name=name,
        SecurityGroupIds=[net.task_group],
        Direction="OUTBOUND",
        IpAddresses=where,
    )["ResolverEndpoint"]["Id"]
    rule = resolver.create_resolver_rule(
        CreatorRequestId=name,
        Name=name,
        RuleType="FORWARD",
        DomainName=domain,
        TargetIps=[{"Ip": target, "Port": 53} for target in targets],
        ResolverEndpointId=endpoint,
    )["ResolverRule"]["Id"]
    resolver.associate_resolver_rule(ResolverRuleId=rule, Name=name, VPCId=net.vpc)
    return str(rule)


def firewall_rule(
    aws: Any, net: Network, name: str, domain: str, action: str, *, priority: int = 101, **response: Any
) -> str:
    """A DNS Firewall rule group of the VPC with one rule about one domain.  Answers the group's id.

    ``priority`` is the group's among the VPC's, ``response`` CreateFirewallRule's own, for a rule that blocks
    (``BlockResponse`` …).
    """
    resolver = aws.client("route53resolver")
    listed = resolver.create_firewall_domain_list(CreatorRequestId=name, Name=name)["FirewallDomainList"][
        "Id"
    ]
    resolver.update_firewall_domains(FirewallDomainListId=listed, Operation="ADD", Domains=[domain])
    group = resolver.create_firewall_rule_group(CreatorRequestId=name, Name=name)["FirewallRuleGroup"]["Id"]
    resolver.create_firewall_rule(
        CreatorRequestId=name,
        Name=name,
        FirewallRuleGroupId=group,
        FirewallDomainListId=listed,
        Priority=100,
        Action=action,
        **response,
    )
    resolver.associate_firewall_rule_group(
        CreatorRequestId=name, Name=name, FirewallRuleGroupId=group, VpcId=net.vpc, Priority=priority
    )
    return str(group)
