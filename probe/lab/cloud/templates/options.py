"""DHCP options, and which VPC has which."""

from __future__ import annotations

from typing import Any

from probe.lab.cloud.templates.resource import Made, Maker, Properties


def _options(ec2: Any, given: Properties) -> Made:
    made = ec2.create_dhcp_options(
        domain_name_servers=given.get("DomainNameServers"),
        domain_name=given.get("DomainName"),
        ntp_servers=given.get("NtpServers"),
    )
    return Made(made.id, lambda: ec2.delete_dhcp_options_set(made.id))


def _association(ec2: Any, given: Properties) -> Made:
    vpc = ec2.get_vpc(given["VpcId"])
    if given["DhcpOptionsId"] != "default":
        ec2.associate_dhcp_options(ec2.describe_dhcp_options([given["DhcpOptionsId"]])[0], vpc)
    return Made(f"{given['DhcpOptionsId']}|{vpc.id}", lambda: ec2.disassociate_dhcp_options(vpc))


MAKERS: dict[str, Maker] = {
    "AWS::EC2::DHCPOptions": _options,
    "AWS::EC2::VPCDHCPOptionsAssociation": _association,
}
