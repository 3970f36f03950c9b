"""A hub VPC shares the zone of its Secrets Manager endpoint, and no route leads from here to the hub."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"

NAME = "secretsmanager.us-east-1.amazonaws.com"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    ec2, route53 = aws.client("ec2"), aws.client("route53")
    hub = ec2.create_vpc(CidrBlock="10.100.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=hub, CidrBlock="10.100.0.0/24")["Subnet"]["SubnetId"]
    endpoint = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=hub,
        SubnetIds=[subnet],
        ServiceName="com.amazonaws.us-east-1.secretsmanager",
        PrivateDnsEnabled=False,
    )["VpcEndpoint"]
    place = {"VPCRegion": "us-east-1", "VPCId": hub}
    made = route53.create_hosted_zone(Name=NAME, CallerReference="hub", VPC=place)["HostedZone"]["Id"]
    dns = endpoint["DnsEntries"][0]
    alias = {"HostedZoneId": dns["HostedZoneId"], "DNSName": dns["DnsName"], "EvaluateTargetHealth": False}
    record = {"Action": "CREATE", "ResourceRecordSet": {"Name": NAME, "Type": "A", "AliasTarget": alias}}
    route53.change_resource_record_sets(HostedZoneId=made, ChangeBatch={"Changes": [record]})
    route53.associate_vpc_with_hosted_zone(HostedZoneId=made, VPC=place | {"VPCId": net.vpc})
    world.service(aws, net)


EXPECT = expect(findings=[("dns-answer-foreign", NAME)], exit_code=12)
