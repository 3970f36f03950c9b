"""One of three subnets has a route table that the S3 gateway endpoint is not associated with."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws, azs=3, tables_per_az=True)
    aws.client("ec2").modify_vpc_endpoint(
        VpcEndpointId=net.endpoints["s3"], RemoveRouteTableIds=[net.route_tables[2]]
    )
    world.service(aws, net)


EXPECT = expect(
    findings=[("s3-gateway-not-associated", "prod-s3/prod-private-us-east-1c", ["prod-private-us-east-1c"])],
    exit_code=12,
)
