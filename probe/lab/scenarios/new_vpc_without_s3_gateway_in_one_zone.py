"""In a VPC without a service one subnet has a route table that S3's endpoint is not associated with."""

from typing import Any

from probe.lab import expect, world

CLUSTER = "prod"
ARGUMENTS = (
    "--subnets",
    "prod-private-us-east-1a,prod-private-us-east-1b",
    "--security-groups",
    "service",
    "--role",
    "tasks",
)


def build(aws: Any) -> None:
    net = world.private_vpc(aws, tables_per_az=True)
    aws.client("ec2").modify_vpc_endpoint(
        VpcEndpointId=net.endpoints["s3"], RemoveRouteTableIds=[net.route_tables[1]]
    )
    world.foundation(aws)


EXPECT = expect(
    findings=[("s3-gateway-not-associated", "prod-s3/prod-private-us-east-1b", ["prod-private-us-east-1b"])],
    exit_code=12,
)
