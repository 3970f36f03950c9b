"""The private subnets' network ACL denies what leaves for 443."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    acl = world.network_acl(aws, net, "prod-private")
    aws.client("ec2").create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=80,
        Protocol="6",
        RuleAction="deny",
        Egress=True,
        CidrBlock="0.0.0.0/0",
        PortRange={"From": 443, "To": 443},
    )
    world.service(aws, net)


EXPECT = expect(findings=[("nacl-blocks-request", "prod-private/egress/80")], exit_code=12)
