"""What AWS refuses of two zones of one name, and what the lab refuses because it cannot represent it."""

from __future__ import annotations

from typing import Any

import pytest

from probe.lab.cloud import Cloud
from tests.lab.cloud.networks import REGION, Network
from tests.lab.cloud.route53 import Place, zone

Refused = Any

SSM = f"ssm.{REGION}.amazonaws.com"
ON = {"SecurityGroupReferencingSupport": "enable"}
LACKS: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "groups over a transit gateway": (
        "ec2",
        "create_transit_gateway",
        {"Options": ON},
        "references to security groups over a transit gateway",
    ),
    "a subnet that is shared": (
        "ram",
        "create_resource_share",
        {"name": "x", "resourceArns": ["arn:aws:ec2:us-east-1:123456789012:subnet/subnet-1"]},
        "arn:aws:ec2:us-east-1:123456789012:subnet/subnet-1 shared with an account that has no network",
    ),
    "a firewall of AWS's": (
        "network-firewall",
        "create_firewall",
        {"FirewallName": "x", "FirewallPolicyArn": "x"},
        "AWS Network Firewall, through which it sends no packet",
    ),
    "a simulation of policies that nobody has": (
        "iam",
        "simulate_principal_policy",
        {
            "PolicySourceArn": "arn:aws:iam::123456789012:role/x",
            "ActionNames": ["s3:GetObject"],
            "PolicyInputList": ["{}"],
        },
        "a simulation with PolicyInputList",
    ),
    "an endpoint of another kind": (
        "ec2",
        "create_vpc_endpoint",
        {"VpcId": "vpc-1", "VpcEndpointType": "GatewayLoadBalancer"},
        "a VPC endpoint of type GatewayLoadBalancer",
    ),
}


@pytest.mark.parametrize(("api", "operation", "asked", "words"), LACKS.values(), ids=LACKS)
def test_a_network_that_would_be_half_there_is_refused(
    cloud: Cloud, refused: Refused, api: str, operation: str, asked: dict[str, Any], words: str
) -> None:
    """In one line, which says that it is the lab's lack."""
    assert ("NotImplemented", f"the lab lacks this: {words}") == refused(
        getattr(cloud.client(api), operation), **asked
    )


def test_a_vpc_of_another_region_is_refused(cloud: Cloud, refused: Refused) -> None:
    """No packet of another region's network would be real."""
    code, words = refused(cloud.client("ec2", "eu-west-1").create_vpc, CidrBlock="10.0.0.0/16")

    assert ("NotImplemented", True) == (code, "in eu-west-1" in words)


def test_records_among_which_aws_chooses_are_refused(
    cloud: Cloud, network: Network, refused: Refused
) -> None:
    """Weights and the like give an answer that no scenario can expect; several values of one name do."""
    zone("example.com")(Place(network, cloud))
    route53 = cloud.client("route53")
    (made,) = route53.list_hosted_zones_by_vpc(VPCId=network.vpc, VPCRegion=REGION)["HostedZoneSummaries"]

    def change(**policy: Any) -> None:
        own = {"Name": "db.example.com", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.0.0.9"}]}
        batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": own | policy}]}
        route53.change_resource_record_sets(HostedZoneId=made["HostedZoneId"], ChangeBatch=batch)

    change(SetIdentifier="one", MultiValueAnswer=True)

    assert "NotImplemented" == refused(change, SetIdentifier="one", Weight=1)[0]


def test_a_zone_and_private_dns_of_one_name_exclude_each_other(
    cloud: Cloud, network: Network, refused: Refused
) -> None:
    """Whichever comes second is refused, with or without a region's other services."""
    here = Place(network, cloud)
    zone(SSM)(here)
    network.endpoint("secretsmanager")

    assert "conflicting DNS domain" in refused(network.endpoint, suffix="ssm")[1]
    assert ["ConflictingDomainExists"] * 2 == [
        refused(lambda name=name: zone(name)(here))[0] for name in (SSM, SSM.replace("ssm", "secretsmanager"))
    ]
