"""The endpoint's policy admits another secret only."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    other = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "secretsmanager:*",
        "Resource": "arn:aws:secretsmanager:us-east-1:123456789012:secret:billing/*",
    }
    aws.client("ec2").modify_vpc_endpoint(
        VpcEndpointId=net.endpoints["secretsmanager"],
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [other]}),
    )
    world.service(aws, net)


EXPECT = expect(findings=[("endpoint-policy-denies", "prod-secretsmanager")], exit_code=15)
