"""The S3 gateway endpoint's policy does not admit the bucket that holds ECR's layers."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    other = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::checkout-assets/*",
    }
    aws.client("ec2").modify_vpc_endpoint(
        VpcEndpointId=net.endpoints["s3"],
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [other]}),
    )
    world.service(aws, net)


EXPECT = expect(findings=[("endpoint-policy-denies", "prod-s3")], exit_code=15)
