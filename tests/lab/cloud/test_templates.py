"""CloudFormation: a template's network is the same network that API calls would have made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from probe.lab.cloud import Cloud

Resources = dict[str, dict[str, Any]]


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::EC2::{kind}", "Properties": properties}


RESOURCES: Resources = {
    "Vpc": resource("VPC", CidrBlock="10.9.0.0/16", EnableDnsHostnames=True),
    "Subnet": resource("Subnet", VpcId=ref("Vpc"), CidrBlock="10.9.1.0/24", AvailabilityZone="us-east-1a"),
    "Table": resource("RouteTable", VpcId=ref("Vpc")),
    "Bound": resource("SubnetRouteTableAssociation", RouteTableId=ref("Table"), SubnetId=ref("Subnet")),
    "Nat": resource("NatGateway", SubnetId=ref("Subnet"), ConnectivityType="private"),
    "Route": resource(
        "Route", RouteTableId=ref("Table"), DestinationCidrBlock="0.0.0.0/0", NatGatewayId=ref("Nat")
    ),
    "Acl": resource("NetworkAcl", VpcId=ref("Vpc")),
    "In": resource(
        "NetworkAclEntry",
        NetworkAclId=ref("Acl"),
        RuleNumber=100,
        Protocol=6,
        RuleAction="allow",
        CidrBlock="0.0.0.0/0",
        PortRange={"From": 443, "To": 443},
    ),
    "Under": resource("SubnetNetworkAclAssociation", NetworkAclId=ref("Acl"), SubnetId=ref("Subnet")),
    "Group": resource(
        "SecurityGroup",
        VpcId=ref("Vpc"),
        GroupName="svc",
        GroupDescription="-",
        SecurityGroupEgress=[{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.9.0.0/16"}],
    ),
    "Out": resource(
        "SecurityGroupEgress",
        GroupId=ref("Group"),
        IpProtocol="tcp",
        FromPort=443,
        ToPort=443,
        DestinationSecurityGroupId=ref("Group"),
    ),
    "Options": resource("DHCPOptions", DomainNameServers=["10.9.1.53"]),
    "Given": resource("VPCDHCPOptionsAssociation", VpcId=ref("Vpc"), DhcpOptionsId=ref("Options")),
    "Logs": resource(
        "VPCEndpoint",
        VpcId=ref("Vpc"),
        ServiceName="com.amazonaws.us-east-1.logs",
        VpcEndpointType="Interface",
        SubnetIds=[ref("Subnet")],
        SecurityGroupIds=[ref("Group")],
        PrivateDnsEnabled=True,
    ),
    "Kms": resource(
        "VPCEndpoint",
        VpcId=ref("Vpc"),
        ServiceName="com.amazonaws.us-east-1.kms",
        VpcEndpointType="Interface",
        SubnetIds=[ref("Subnet")],
    ),
    "S3": resource(
        "VPCEndpoint",
        VpcId=ref("Vpc"),
        ServiceName="com.amazonaws.us-east-1.s3",
        RouteTableIds=[ref("Table")],
        PolicyDocument={"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]},
    ),
}


@pytest.fixture(scope="module")
def made(cloud: Cloud) -> dict[str, str]:
    """The stack's physical ids by their names in the template."""
    formation = cloud.client("cloudformation")
    formation.create_stack(StackName="net", TemplateBody=json.dumps({"Resources": RESOURCES}))
    found = formation.describe_stack_resources(StackName="net")["StackResources"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}


@pytest.fixture(scope="module")
def ec2(cloud: Cloud) -> Any:
    return cloud.client("ec2")


def test_attributes_and_options_of_the_vpc_arrive(made: dict[str, str], ec2: Any) -> None:
    """DNS attributes and DHCP options are the template's."""
    hostnames = ec2.describe_vpc_attribute(VpcId=made["Vpc"], Attribute="enableDnsHostnames")
    options = ec2.describe_vpcs(VpcIds=[made["Vpc"]])["Vpcs"][0]["DhcpOptionsId"]

    assert (True, made["Options"]) == (hostnames["EnableDnsHostnames"]["Value"], options)


def test_subnet_is_bound_to_its_table(made: dict[str, str], ec2: Any) -> None:
    """The route table is associated, and has the NAT gateway's route and the S3 endpoint's."""
    table = ec2.describe_route_tables(RouteTableIds=[made["Table"]])["RouteTables"][0]
    targets = [route.get("NatGatewayId") or route.get("GatewayId") for route in table["Routes"]]

    assert [made["Subnet"]] == [each["SubnetId"] for each in table["Associations"]]
    assert {"local", made["Nat"], made["S3"]} == set(targets)


def test_acl_has_its_entry_and_the_last_word(made: dict[str, str], ec2: Any) -> None:
    """A custom ACL denies what its entries do not allow, in both directions."""
    acl = ec2.describe_network_acls(NetworkAclIds=[made["Acl"]])["NetworkAcls"][0]

    found = sorted((each["Egress"], each["RuleNumber"], each["RuleAction"]) for each in acl["Entries"])

    assert [(False, 100, "allow"), (False, 32767, "deny"), (True, 32767, "deny")] == found
    assert [made["Subnet"]] == [each["SubnetId"] for each in acl["Associations"]]


def test_egress_of_a_template_replaces_the_default(made: dict[str, str], ec2: Any) -> None:
    """A group that names its egress has no other, save what a resource of its own adds."""
    group = ec2.describe_security_groups(GroupIds=[made["Group"]])["SecurityGroups"][0]

    rules = group["IpPermissionsEgress"]

    assert {443} == {rule["FromPort"] for rule in rules}
    assert ["10.9.0.0/16"] == [block["CidrIp"] for rule in rules for block in rule["IpRanges"]]
    assert [made["Group"]] == [pair["GroupId"] for rule in rules for pair in rule["UserIdGroupPairs"]]


def test_private_dns_is_off_unless_the_template_says(made: dict[str, str], ec2: Any) -> None:
    """Unlike the API, a template that is silent leaves private DNS off."""
    wanted = [made["Logs"], made["Kms"]]

    found = ec2.describe_vpc_endpoints(VpcEndpointIds=wanted)["VpcEndpoints"]

    assert {made["Logs"]: True, made["Kms"]: False} == {
        each["VpcEndpointId"]: each["PrivateDnsEnabled"] for each in found
    }


def test_changed_entry_is_changed_in_the_acl(made: dict[str, str], cloud: Cloud, ec2: Any) -> None:
    """A stack update is how such people fix their network."""
    changed = json.loads(json.dumps(RESOURCES))
    changed["In"]["Properties"]["RuleAction"] = "deny"

    cloud.client("cloudformation").update_stack(
        StackName="net", TemplateBody=json.dumps({"Resources": changed})
    )

    acl = ec2.describe_network_acls(NetworkAclIds=[made["Acl"]])["NetworkAcls"][0]
    assert ["deny"] == [each["RuleAction"] for each in acl["Entries"] if each["RuleNumber"] == 100]


def test_removed_entry_leaves_the_acl(made: dict[str, str], cloud: Cloud, ec2: Any) -> None:
    """A resource that the new template lacks is undone."""
    less = {name: each for name, each in RESOURCES.items() if name != "In"}

    cloud.client("cloudformation").update_stack(StackName="net", TemplateBody=json.dumps({"Resources": less}))

    acl = ec2.describe_network_acls(NetworkAclIds=[made["Acl"]])["NetworkAcls"][0]
    assert [32767, 32767] == [each["RuleNumber"] for each in acl["Entries"]]
