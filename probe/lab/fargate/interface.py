"""A task's elastic network interface: made through EC2 like anybody's, so that the kernel sees it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from probe.lab.fargate import stops
from probe.lab.fargate.tasks import Interface, Task

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_AMAZON = "AmazonProvidedDNS"


def attach(cloud: Cloud, task: Task, subnet: str) -> Interface:
    """Make the interface; a namespace with its id exists when this returns.  Raises StartError."""
    order, ec2 = task.order, cloud.client("ec2")
    attachment = str(uuid.uuid4())
    owner = task.arn.split(":task/", 1)[0]
    try:
        made = ec2.create_network_interface(
            SubnetId=subnet,
            Groups=list(order.groups) or [_default_group(cloud, subnet)],
            Description=f"{owner}:attachment/{attachment}",
        )["NetworkInterface"]
    except ClientError as error:
        raise stops.interface_refused(subnet, error.response["Error"]["Code"], public=order.public) from None
    eni = made["NetworkInterfaceId"]
    return Interface(
        attachment=attachment,
        eni=eni,
        subnet=subnet,
        mac=made.get("MacAddress", ""),
        address=made["PrivateIpAddress"],
        dns_name=made.get("PrivateDnsName") or "",
        public=_public(cloud, eni) if order.public else "",
    )


def detach(cloud: Cloud, interface: Interface) -> None:
    """Delete the interface.  One that somebody else deleted already is gone, which is what was wanted."""
    try:
        cloud.client("ec2").delete_network_interface(NetworkInterfaceId=interface.eni)
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidNetworkInterfaceID.NotFound":
            raise


def zone(cloud: Cloud, subnet: str) -> str:
    """The availability zone of a subnet."""
    return str(cloud.client("ec2").describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailabilityZone"])


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


def hosts(interface: Interface) -> str:
    """The containers' /etc/hosts: the task itself and nothing else."""
    name = interface.dns_name or "ip-" + interface.address.replace(".", "-") + ".ec2.internal"
    return f"127.0.0.1 localhost\n{interface.address} {name}\n"


def _public(cloud: Cloud, eni: str) -> str:
    address = cloud.public_address(eni)
    cloud.after_change()
    return str(address)


def _default_group(cloud: Cloud, subnet: str) -> str:
    """ECS takes the VPC's default group where a request names none."""
    ec2 = cloud.client("ec2")
    vpc = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    return str(ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"])


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
