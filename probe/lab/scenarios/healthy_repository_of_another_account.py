"""The image is in another account's registry, in another region, whose policy admits this account."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
OWNER, REGION_OF_IMAGES = "111122223333", "eu-west-1"


def build(aws: Any) -> None:
    repository = f"{OWNER}.dkr.ecr.{REGION_OF_IMAGES}.amazonaws.com/shared/checkout"
    image = world.push_image(aws, repository, "1.0")
    admitted = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    }
    aws.client("ecr", region_name=REGION_OF_IMAGES).set_repository_policy(
        registryId=OWNER,
        repositoryName="shared/checkout",
        policyText=json.dumps({"Version": "2012-10-17", "Statement": [admitted]}),
    )
    world.service(aws, world.nat_vpc(aws), container={"image": image})


EXPECT = expect(exit_code=0)
