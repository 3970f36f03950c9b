"""After a change one of three subnets no longer reaches S3; the baseline tells which."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
BEFORE = ("--like-service", SERVICE, "--save", "/run/before.json")
ARGUMENTS = ("--like-service", SERVICE, "--baseline", "/run/before.json", "--regressions-only")


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws, azs=3, tables_per_az=True))


def change(aws: Any) -> None:
    ec2 = aws.client("ec2")
    named = [{"Name": "tag:Name", "Values": ["prod-private-us-east-1c"]}]
    table = ec2.describe_route_tables(Filters=named)["RouteTables"][0]["RouteTableId"]
    gateway = ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-endpoint-type", "Values": ["Gateway"]}])
    ec2.modify_vpc_endpoint(
        VpcEndpointId=gateway["VpcEndpoints"][0]["VpcEndpointId"], RemoveRouteTableIds=[table]
    )


EXPECT = expect(
    findings=[("s3-gateway-not-associated", "prod-s3/prod-private-us-east-1c", ["prod-private-us-east-1c"])],
    exit_code=12,
    changes=[("broke", "s3", "tcp")],
)
