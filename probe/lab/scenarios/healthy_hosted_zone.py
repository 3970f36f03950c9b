"""A hosted zone leads Secrets Manager's name to its endpoint, whose own private DNS is off."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    ec2 = aws.client("ec2")
    endpoint = net.endpoints["secretsmanager"]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=False)
    own = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]["DnsEntries"][0]
    name = "secretsmanager.us-east-1.amazonaws.com"
    zone = world.hosted_zone(aws, net, name, {})
    alias = {"HostedZoneId": own["HostedZoneId"], "DNSName": own["DnsName"], "EvaluateTargetHealth": False}
    record = {"Action": "CREATE", "ResourceRecordSet": {"Name": name, "Type": "A", "AliasTarget": alias}}
    aws.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [record]})
    world.service(aws, net)


EXPECT = expect(findings=[], exit_code=0)
