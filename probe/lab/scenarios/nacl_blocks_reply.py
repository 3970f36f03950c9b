"""The private subnets' network ACL lets requests out and denies the replies' port range."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
EPHEMERAL = {"From": 32768, "To": 60999}


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    acl = world.network_acl(aws, net, "prod-private")
    aws.client("ec2").create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=90,
        Protocol="6",
        RuleAction="deny",
        Egress=False,
        CidrBlock="0.0.0.0/0",
        PortRange=EPHEMERAL,
    )
    world.service(aws, net)


EXPECT = expect(findings=[("nacl-blocks-reply", "prod-private/ingress/90")], exit_code=12)
