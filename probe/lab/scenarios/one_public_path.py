"""A VPC is meant to be private, and Secrets Manager is reached through the NAT gateway."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
ARGUMENTS = ("--like-service", SERVICE, "--expect-private")


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    ec2 = aws.client("ec2")
    group = ec2.create_security_group(VpcId=net.vpc, GroupName="endpoints", Description="of the endpoints")
    ec2.authorize_security_group_ingress(
        GroupId=group["GroupId"], IpPermissions=[world.https(net.task_group)]
    )
    for suffix in ("ecr.api", "ecr.dkr", "logs"):
        ec2.create_vpc_endpoint(
            VpcId=net.vpc,
            ServiceName=f"com.amazonaws.us-east-1.{suffix}",
            VpcEndpointType="Interface",
            SubnetIds=list(net.subnets),
            SecurityGroupIds=[group["GroupId"]],
            PrivateDnsEnabled=True,
        )
    ec2.create_vpc_endpoint(
        VpcId=net.vpc, ServiceName="com.amazonaws.us-east-1.s3", RouteTableIds=[net.route_tables[0]]
    )
    world.service(aws, net)


EXPECT = expect(findings=[("unexpected-public-path", "secretsmanager")], exit_code=17)
