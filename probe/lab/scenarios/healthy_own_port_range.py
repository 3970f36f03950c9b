"""A network ACL lets 443 out, and in only what answers to the ports of a Linux task: it starts."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    acl = world.network_acl(aws, net, "narrow")
    ec2 = aws.client("ec2")
    for egress, first, last in ((True, 443, 443), (False, 32768, 60999)):
        ec2.replace_network_acl_entry(
            NetworkAclId=acl,
            RuleNumber=100,
            Protocol="6",
            RuleAction="allow",
            Egress=egress,
            CidrBlock="0.0.0.0/0",
            PortRange={"From": first, "To": last},
        )
    world.service(aws, net)


EXPECT = expect(exit_code=0)
