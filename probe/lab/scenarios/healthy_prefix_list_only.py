"""The task's group lets it out to the endpoints' group and to S3's prefix list, and nowhere else."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    ec2 = aws.client("ec2")
    lists = ec2.describe_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": [f"com.amazonaws.{aws.region_name}.s3"]}]
    )["PrefixLists"]
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    ec2.revoke_security_group_egress(
        GroupId=net.task_group,
        IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )
    ec2.authorize_security_group_egress(
        GroupId=net.task_group,
        IpPermissions=[
            https | {"UserIdGroupPairs": [{"GroupId": net.endpoint_group}]},
            https | {"PrefixListIds": [{"PrefixListId": lists[0]["PrefixListId"]}]},
        ],
    )
    world.service(aws, net)


EXPECT = expect(findings=[], exit_code=0)
