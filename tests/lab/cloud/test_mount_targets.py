"""File systems in the lab: their interfaces, their name in each zone, and whom they let mount."""

from __future__ import annotations

import json
from typing import Any

import pytest

from probe.lab.cloud import Cloud
from probe.lab.fargate import volumes
from probe.lab.route53 import view
from tests.lab.cloud.callers import allow, role
from tests.lab.cloud.networks import REGION, Network

IN_A, IN_B, ELSEWHERE = "10.0.0.77", "10.0.1.77", "10.9.9.9"


def file_system(cloud: Cloud, network: Network, **more: Any) -> tuple[str, str]:
    """A file system with one mount target, in the first zone: its id and the address."""
    efs = cloud.client("efs")
    made = efs.create_file_system(CreationToken=network.vpc)["FileSystemId"]
    target = efs.create_mount_target(FileSystemId=made, SubnetId=network.subnets[0], **more)
    return made, target["IpAddress"]


def test_a_mount_target_is_an_interface_of_the_default_group(cloud: Cloud, network: Network) -> None:
    """AWS keeps it for the customer, and says in its description which file system it leads to."""
    made, address = file_system(cloud, network)
    (found,) = network.interfaces(interface_type="efs")
    assert ("default", address, True, True) == (
        found["Groups"][0]["GroupName"],
        found["PrivateIpAddress"],
        found["RequesterManaged"],
        found["Description"].startswith(f"EFS mount target for {made} "),
    )


@pytest.mark.parametrize(
    ("before", "client", "hostnames", "answered"),
    [
        ("", IN_A, "hostnames", "address"),
        ("", IN_B, "hostnames", "nothing"),
        ("us-east-1a.", IN_B, "hostnames", "address"),
        ("us-east-1b.", IN_A, "hostnames", "nothing"),
        ("", ELSEWHERE, "hostnames", "nothing"),
        ("", IN_A, "no hostnames", "nothing"),
    ],
    ids=["own-zone", "other-zone", "named-zone", "named-empty-zone", "outside", "no-hostnames"],
)
def test_a_name_has_the_address_of_the_askers_zone(
    cloud: Cloud, network: Network, before: str, client: str, hostnames: str, answered: str
) -> None:
    """And none elsewhere.

    https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html
    """
    made, address = file_system(cloud, network)
    network.ec2.modify_vpc_attribute(
        VpcId=network.vpc, EnableDnsHostnames={"Value": hostnames == "hostnames"}
    )
    name = f"{before}{made}.efs.{REGION}.amazonaws.com"
    found = view.look(cloud, view.Asker(network.vpc, client), name, "A")
    expected = view.Answer((address,)) if answered == "address" else view.Answer(rcode="NXDOMAIN")
    assert expected == found


MINE = "arn:aws:iam::123456789012:role/mounts-{}"


@pytest.mark.parametrize(
    ("statement", "who", "outcome"),
    [
        (None, "nobody", "admitted"),
        ({"Effect": "Allow", "Principal": {"AWS": "*"}}, "nobody", "admitted"),
        ({"Effect": "Allow", "Principal": {"AWS": "ROLE"}}, "nobody", "refused"),
        ({"Effect": "Allow", "Principal": {"AWS": "ROLE"}}, "the role", "admitted"),
        (
            {
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Condition": {"Bool": {"aws:SecureTransport": "true"}},
            },
            "nobody",
            "refused",
        ),
        ({"Effect": "Deny", "Principal": {"AWS": "*"}}, "the role", "refused"),
    ],
    ids=["no-policy", "everybody", "as-nobody", "as-the-role", "in-the-clear", "denied"],
)
def test_a_file_systems_policy_decides_who_mounts(
    cloud: Cloud, network: Network, statement: dict[str, Any] | None, who: str, outcome: str
) -> None:
    """Without one everybody may; with one, the task role only where the volume is mounted with IAM."""
    made, _ = file_system(cloud, network)
    caller = role(cloud, f"mounts-{network.vpc}", allow("s3:GetObject"))
    if statement is not None:
        written = json.dumps({"Statement": [{**statement, "Action": volumes.MOUNT}]})
        policy = written.replace("ROLE", MINE.format(network.vpc))
        cloud.client("efs").put_file_system_policy(FileSystemId=made, Policy=policy)
    mount = volumes.Mount(file_system=made, iam=who == "the role", point="", encrypted=False, root="/")
    admitted = volumes.admits(cloud, caller.keys)(mount)
    assert outcome == ("admitted" if admitted else "refused")
