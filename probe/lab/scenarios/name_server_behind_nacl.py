"""A network ACL shuts UDP to the VPC's own name server, for the subnets in which it does not stand."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"

ADDRESS = "10.0.0.53"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.name_servers(aws, net, "own", ADDRESS)
    acl = world.network_acl(aws, net, "strict")
    aws.client("ec2").create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=90,
        Egress=True,
        Protocol="17",
        RuleAction="deny",
        CidrBlock="0.0.0.0/0",
        PortRange={"From": 53, "To": 53},
    )
    world.service(aws, net)


def faults(lab: Any) -> None:
    lab.name_server(ADDRESS)


WHERE = ["prod-private-us-east-1b"]
EXPECT = expect(findings=[("dns-udp-blocked", "strict/egress/90", WHERE)], exit_code=11)
