"""DHCP options, hosted zones and their records, Resolver rules and DNS Firewall."""

from __future__ import annotations

from functools import partial
from typing import Any

from probe.lab.cloudformation.kinds.kind import Hands, Made, Maker, Properties, plain, remade, tagged, without
from probe.lab.cloudformation.templates import invalid


def _options(hands: Hands, given: Properties) -> Made:
    names = {
        "DomainName": "domain-name",
        "DomainNameServers": "domain-name-servers",
        "NtpServers": "ntp-servers",
        "NetbiosNameServers": "netbios-name-servers",
        "NetbiosNodeType": "netbios-node-type",
    }
    written = [{"Key": key, "Values": given[name]} for name, key in names.items() if name in given]
    wanted = tagged(without(given, *names), "dhcp-options") | {"DhcpConfigurations": written}
    identity = hands.call("ec2", "create_dhcp_options", wanted)["DhcpOptions"]["DhcpOptionsId"]
    undo = partial(hands.call, "ec2", "delete_dhcp_options", {"DhcpOptionsId": identity})
    return Made(identity, undo, {"DhcpOptionsId": identity})


def _given_to(hands: Hands, given: Properties) -> Made:
    hands.call("ec2", "associate_dhcp_options", given)
    back = partial(
        hands.call, "ec2", "associate_dhcp_options", {"VpcId": given["VpcId"], "DhcpOptionsId": "default"}
    )
    return Made(
        f"{given['DhcpOptionsId']}|{given['VpcId']}", back, {}, remade(back, partial(_given_to, hands))
    )


def _zone(hands: Hands, given: Properties) -> Made:
    vpcs = given.get("VPCs") or []
    wanted: dict[str, Any] = {"Name": given["Name"], "CallerReference": hands.name}
    if vpcs:
        wanted |= {"VPC": vpcs[0], "HostedZoneConfig": {"PrivateZone": True}}
    answer = hands.call("route53", "create_hosted_zone", wanted)
    identity = answer["HostedZone"]["Id"].rpartition("/")[2]
    for vpc in vpcs[1:]:
        hands.call("route53", "associate_vpc_with_hosted_zone", {"HostedZoneId": identity, "VPC": vpc})
    undo = partial(hands.call, "route53", "delete_hosted_zone", {"Id": identity})
    servers = answer.get("DelegationSet", {}).get("NameServers", [])
    return Made(identity, undo, {"Id": identity, "NameServers": servers})


def _record(hands: Hands, given: Properties) -> Made:
    zone = given.get("HostedZoneId") or _zone_named(hands, given["HostedZoneName"])
    records = given.get("ResourceRecords")
    written = without(given, "HostedZoneId", "HostedZoneName", "ResourceRecords", "Comment")
    if records:
        written |= {"ResourceRecords": [{"Value": one} for one in records]}
    if "AliasTarget" in written:
        written["AliasTarget"] = {"EvaluateTargetHealth": False} | dict(written["AliasTarget"])

    def change(action: str) -> None:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": written}]}
        hands.call("route53", "change_resource_record_sets", {"HostedZoneId": zone, "ChangeBatch": batch})

    change("UPSERT")
    undo = partial(change, "DELETE")
    return Made(str(given["Name"]).rstrip("."), undo, {}, remade(undo, partial(_record, hands)))


def _records(hands: Hands, given: Properties) -> Made:
    zone = {key: given[key] for key in ("HostedZoneId", "HostedZoneName") if key in given}
    made = [_record(hands, zone | dict(one)) for one in given.get("RecordSets", ())]

    def undo() -> None:
        for one in made:
            one.undo()

    return Made(hands.name, undo, {}, remade(undo, partial(_records, hands)))


def _zone_named(hands: Hands, name: str) -> str:
    wanted = f"{name.rstrip('.')}."
    found = hands.client("route53").list_hosted_zones_by_name(DNSName=wanted)["HostedZones"]
    zone = next((one for one in found if one["Name"] == wanted), None)
    if zone is None:
        raise invalid(f"No hosted zones named {wanted} found")
    return str(zone["Id"]).rpartition("/")[2]


def _resolver(create: str, thing: str, undo: str) -> Maker:
    """A thing of Route 53 Resolver's: its id and its ARN, its creator's token made up."""
    made = plain(
        "route53resolver",
        create,
        f"{thing}.Id",
        undo=(undo, f"{thing}Id"),
        attributes={f"{thing}Id": f"{thing}.Id", "Id": f"{thing}.Id", "Arn": f"{thing}.Arn"},
    )
    return lambda hands, given: made(
        hands, {"CreatorRequestId": hands.name, "Name": hands.name} | dict(given)
    )


def _rule_for(hands: Hands, given: Properties) -> Made:
    found = hands.call("route53resolver", "associate_resolver_rule", given)["ResolverRuleAssociation"]["Id"]
    where = {"ResolverRuleId": given["ResolverRuleId"], "VPCId": given["VPCId"]}
    return Made(found, partial(hands.call, "route53resolver", "disassociate_resolver_rule", where))


def _domains(hands: Hands, given: Properties) -> Made:
    wanted = {"CreatorRequestId": hands.name, "Name": hands.name} | without(given, "Domains", "DomainFileUrl")
    identity = hands.call("route53resolver", "create_firewall_domain_list", wanted)["FirewallDomainList"][
        "Id"
    ]
    change = {"FirewallDomainListId": identity, "Operation": "REPLACE", "Domains": given.get("Domains", [])}
    hands.call("route53resolver", "update_firewall_domains", change)
    undo = partial(
        hands.call, "route53resolver", "delete_firewall_domain_list", {"FirewallDomainListId": identity}
    )
    return Made(identity, undo, {"Id": identity})


def _rule_group(hands: Hands, given: Properties) -> Made:
    wanted = {"CreatorRequestId": hands.name, "Name": hands.name} | without(given, "FirewallRules")
    answer = hands.call("route53resolver", "create_firewall_rule_group", wanted)["FirewallRuleGroup"]
    identity = answer["Id"]
    for number, rule in enumerate(given.get("FirewallRules", ())):
        own = {"CreatorRequestId": f"{hands.name}-{number}", "Name": f"{hands.name}-{number}"}
        hands.call(
            "route53resolver", "create_firewall_rule", own | dict(rule) | {"FirewallRuleGroupId": identity}
        )
    undo = partial(
        hands.call, "route53resolver", "delete_firewall_rule_group", {"FirewallRuleGroupId": identity}
    )
    return Made(identity, undo, {"Id": identity, "Arn": answer.get("Arn", "")})


def _rule_group_for(hands: Hands, given: Properties) -> Made:
    wanted = {"CreatorRequestId": hands.name, "Name": hands.name} | dict(given)
    answer = hands.call("route53resolver", "associate_firewall_rule_group", wanted)
    identity = answer["FirewallRuleGroupAssociation"]["Id"]
    where = {"FirewallRuleGroupAssociationId": identity}
    return Made(identity, partial(hands.call, "route53resolver", "disassociate_firewall_rule_group", where))


MAKERS: dict[str, Maker] = {
    "AWS::EC2::DHCPOptions": _options,
    "AWS::EC2::VPCDHCPOptionsAssociation": _given_to,
    "AWS::Route53::HostedZone": _zone,
    "AWS::Route53::RecordSet": _record,
    "AWS::Route53::RecordSetGroup": _records,
    "AWS::Route53Resolver::ResolverEndpoint": _resolver(
        "create_resolver_endpoint", "ResolverEndpoint", "delete_resolver_endpoint"
    ),
    "AWS::Route53Resolver::ResolverRule": _resolver(
        "create_resolver_rule", "ResolverRule", "delete_resolver_rule"
    ),
    "AWS::Route53Resolver::ResolverRuleAssociation": _rule_for,
    "AWS::Route53Resolver::FirewallDomainList": _domains,
    "AWS::Route53Resolver::FirewallRuleGroup": _rule_group,
    "AWS::Route53Resolver::FirewallRuleGroupAssociation": _rule_group_for,
}
