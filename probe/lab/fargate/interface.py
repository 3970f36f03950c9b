"""A task's elastic network interface: made through EC2 like anybody's, so that the kernel sees it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from probe.lab.fargate import stops
from probe.lab.fargate.tasks import Interface, Task

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


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
        public=cloud.public_address(eni) if order.public else "",
    )


def zone(cloud: Cloud, subnet: str) -> str:
    """The availability zone of a subnet."""
    return str(cloud.client("ec2").describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailabilityZone"])


def hosts(interface: Interface) -> str:
    """The containers' /etc/hosts: the task itself and nothing else."""
    name = interface.dns_name or "ip-" + interface.address.replace(".", "-") + ".ec2.internal"
    return f"127.0.0.1 localhost\n{interface.address} {name}\n"


def _default_group(cloud: Cloud, subnet: str) -> str:
    """ECS takes the VPC's default group where a request names none."""
    ec2 = cloud.client("ec2")
    vpc = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    return str(ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"])
