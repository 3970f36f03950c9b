"""Task and endpoints share one group, which admits its own members and lets nothing else in."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    ec2 = aws.client("ec2")
    itself = [{"GroupId": net.task_group}]
    ec2.authorize_security_group_ingress(
        GroupId=net.task_group, IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": itself}]
    )
    for suffix, endpoint in net.endpoints.items():
        if suffix != "s3":
            ec2.modify_vpc_endpoint(
                VpcEndpointId=endpoint,
                AddSecurityGroupIds=[net.task_group],
                RemoveSecurityGroupIds=[net.endpoint_group],
            )
    world.service(aws, net)


EXPECT = expect(findings=[], exit_code=0)
