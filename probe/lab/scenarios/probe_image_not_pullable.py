"""The role may pull the service's image and no other, the probe's least of all."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
PROBE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/run-probe:lab"


def build(aws: Any) -> None:
    net = world.private_vpc(aws, azs=1)
    policy = world.execution_policy(without=PULL)
    policy["Statement"].append(
        {"Effect": "Allow", "Action": PULL, "Resource": "arn:aws:ecr:*:*:repository/checkout"}
    )
    world.service(aws, net, policy=policy)


EXPECT = expect(findings=[("probe-image-not-pullable", PROBE)], exit_code=20)
