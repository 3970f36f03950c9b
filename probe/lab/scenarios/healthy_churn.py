"""An endpoint was made again, and so has other addresses; against the baseline nothing changed."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
BEFORE = ("--like-service", SERVICE, "--save", "/run/before.json")
ARGUMENTS = ("--like-service", SERVICE, "--baseline", "/run/before.json")


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


def change(aws: Any) -> None:
    ec2 = aws.client("ec2")
    name = "com.amazonaws.us-east-1.secretsmanager"
    (old,) = ec2.describe_vpc_endpoints(Filters=[{"Name": "service-name", "Values": [name]}])["VpcEndpoints"]
    ec2.delete_vpc_endpoints(VpcEndpointIds=[old["VpcEndpointId"]])
    ec2.create_vpc_endpoint(
        VpcId=old["VpcId"],
        ServiceName=name,
        VpcEndpointType="Interface",
        SubnetIds=list(reversed(old["SubnetIds"])),
        SecurityGroupIds=[group["GroupId"] for group in old["Groups"]],
        PrivateDnsEnabled=True,
    )


EXPECT = expect(exit_code=0)
