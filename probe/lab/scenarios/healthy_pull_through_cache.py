"""The image comes from public.ecr.aws through ECR's cache, which the first pull fills."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/ecr-public/example/checkout:1.0"


def build(aws: Any) -> None:
    world.push_image(aws, "public.ecr.aws/example/checkout", "1.0")
    aws.client("ecr").create_pull_through_cache_rule(
        ecrRepositoryPrefix="ecr-public", upstreamRegistryUrl="public.ecr.aws"
    )
    importing = {"*": ("ecr:BatchImportUpstreamImage", "ecr:CreateRepository")}
    policy = world.execution_policy(also=importing)
    world.service(aws, world.nat_vpc(aws), policy=policy, container={"image": IMAGE})


EXPECT = expect(exit_code=0)
