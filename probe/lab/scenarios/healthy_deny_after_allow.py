"""The network ACL denies everything, in a rule that comes after the ones that allow."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    acl = world.network_acl(aws, net, "prod-private")
    for egress in (True, False):
        aws.client("ec2").create_network_acl_entry(
            NetworkAclId=acl,
            RuleNumber=32000,
            Protocol="-1",
            RuleAction="deny",
            Egress=egress,
            CidrBlock="0.0.0.0/0",
        )
    world.service(aws, net)


EXPECT = expect(findings=[], exit_code=0)
