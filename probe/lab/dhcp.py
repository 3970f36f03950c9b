"""What a VPC's DHCP options tell a machine in it: its name servers, written as a resolv.conf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_AMAZON = "AmazonProvidedDNS"


def resolv_conf(cloud: Cloud, subnet: str) -> tuple[tuple[str, ...], str]:
    """The name servers of the VPC's DHCP options, and the resolv.conf that a container sees."""
    ec2 = cloud.client("ec2")
    vpc_id = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
    vpc = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0]
    options = _dhcp(cloud, vpc.get("DhcpOptionsId", "default"))
    base, amazon = vpc["CidrBlock"].split("/")[0], options.get("domain-name-servers", [_AMAZON])
    servers = tuple(_plus_two(base) if one == _AMAZON else one for one in amazon)
    search = options.get("domain-name", [_default_domain(cloud.region)])
    lines = [f"search {' '.join(search)}", *(f"nameserver {one}" for one in servers)]
    return servers, "\n".join(lines) + "\n"


def _dhcp(cloud: Cloud, options: str) -> dict[str, list[str]]:
    if not options.startswith("dopt-"):
        return {}
    try:
        found = cloud.client("ec2").describe_dhcp_options(DhcpOptionsIds=[options])["DhcpOptions"]
    except ClientError:
        return {}  # the set of a region's defaults, which moto does not hold
    return {one["Key"]: [value["Value"] for value in one["Values"]] for one in found[0]["DhcpConfigurations"]}


def _plus_two(base: str) -> str:
    first, second, third, last = base.split(".")
    return f"{first}.{second}.{third}.{int(last) + 2}"


def _default_domain(region: str) -> str:
    return "ec2.internal" if region == "us-east-1" else f"{region}.compute.internal"
