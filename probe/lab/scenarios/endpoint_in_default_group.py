"""The Secrets Manager endpoint was made without groups: it has the default one, which admits itself only."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws, endpoints=("ecr.api", "ecr.dkr", "logs", "s3"))
    aws.client("ec2").create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=net.vpc,
        ServiceName="com.amazonaws.us-east-1.secretsmanager",
        SubnetIds=list(net.subnets),
    )
    world.service(aws, net)


EXPECT = expect(findings=[("endpoint-sg-blocks-ingress", "default")], exit_code=12)
