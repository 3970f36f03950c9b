"""The configuration of the log router, FireLens, is not in its bucket."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
ROUTING = "arn:aws:s3:::checkout-settings/fluent-bit.conf"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    aws.client("s3").create_bucket(Bucket="checkout-settings")
    policy = world.execution_policy(also={ROUTING: ("s3:GetObject",)})
    options = {"config-file-type": "s3", "config-file-value": ROUTING}
    router = {"firelensConfiguration": {"type": "fluentbit", "options": options}}
    world.service(aws, net, policy=policy, container=router)


EXPECT = expect(findings=[("env-file-not-found", ROUTING)], exit_code=16)
