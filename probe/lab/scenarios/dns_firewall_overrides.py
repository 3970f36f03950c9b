"""DNS Firewall answers Secrets Manager's name with a record of its own, at which nobody is."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.hosted_zone(aws, net, "sinkhole.example", {"sinkhole.example": "10.0.0.200"})
    world.firewall_rule(
        aws,
        net,
        "sinkhole",
        "secretsmanager.us-east-1.amazonaws.com",
        "BLOCK",
        BlockResponse="OVERRIDE",
        BlockOverrideDomain="sinkhole.example",
        BlockOverrideDnsType="CNAME",
        BlockOverrideTtl=60,
    )
    world.service(aws, net)


EXPECT = expect(findings=[("dns-firewall-blocks", "sinkhole")], exit_code=12)
