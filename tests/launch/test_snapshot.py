"""One reading of the VPC: every part in full, or the refusal; never an empty inventory in its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from msgspec.structs import replace

from probe.evidence.snapshot import Denied, GroupRule, Snapshot, denied
from probe.launch import snapshot
from tests.launch.fake_route53 import Route53
from tests.plan.definitions import SPEC


class Refusing:
    """A session whose EC2 refuses one action and answers the others."""

    def __init__(self, session: Any, action: str) -> None:
        self.session, self.action = session, action

    def client(self, service: str) -> Any:
        made = self.session.client(service)
        made.meta.events.register(f"before-call.ec2.{self.action}", self._refuse)
        return made

    def _refuse(self, **_: Any) -> None:
        error = {"Error": {"Code": "UnauthorizedOperation", "Message": "You are not authorized"}}
        raise ClientError(error, self.action)


@pytest.fixture(scope="module")
def vpc() -> Iterator[tuple[Any, str, str]]:
    """A session, the subnet and the group of a VPC in moto."""
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    with mock_aws():
        # moto has no DNS Firewall.
        session = Route53({}, boto3.Session(region_name="us-east-1", **keys))
        ec2 = session.client("ec2")
        made = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=made, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        group = ec2.create_security_group(VpcId=made, GroupName="app", Description="app")["GroupId"]
        yield session, subnet, group


def read(session: Any, subnet: str) -> Snapshot:
    return snapshot.read(session, replace(SPEC, subnets=(subnet,)))


def test_every_part_is_read(vpc: tuple[Any, str, str]) -> None:
    """Names are AWS's own in snake case."""
    session, subnet, group = vpc
    session.client("ec2").authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "IpRanges": [{"CidrIp": "10.0.0.0/16"}],
                "UserIdGroupPairs": [{"GroupId": group}],
            }
        ],
    )
    found = read(session, subnet)
    assert () == denied(found)
    assert not isinstance(found.security_groups, Denied)
    (mine,) = (one for one in found.security_groups if one.id == group)
    https = GroupRule(egress=False, protocol="tcp", ports=(443, 443))
    assert {replace(https, cidr="10.0.0.0/16"), replace(https, group=group)} == {
        rule for rule in mine.rules if not rule.egress
    }


def test_what_the_owner_of_a_shared_vpc_alone_is_shown_is_unknown(vpc: tuple[Any, str, str]) -> None:
    """A participant sees the subnets' route tables, and of endpoints and gateways nothing."""
    session, subnet, _ = vpc
    spec = replace(SPEC, subnets=(subnet,), account="111122223333")
    found = snapshot.read(session, spec)
    assert isinstance(found.endpoints, Denied)
    assert "is shared by account 123456789012" in found.endpoints.words
    assert not isinstance(found.route_tables, Denied)
    assert ["ec2:DescribeVpcEndpoints", "ec2:DescribeNatGateways", "ec2:DescribeInternetGateways"] == [
        one.action for one in denied(found)
    ]


def test_entries_of_ipv6_keep_their_numbers(vpc: tuple[Any, str, str]) -> None:
    """They decide no flow of IPv4, but no other entry can be given such a number."""
    session, subnet, _ = vpc
    ec2 = session.client("ec2")
    here = [{"Name": "association.subnet-id", "Values": [subnet]}]
    acl = ec2.describe_network_acls(Filters=here)["NetworkAcls"][0]["NetworkAclId"]
    six = {"Protocol": "-1", "RuleAction": "allow", "Egress": False, "Ipv6CidrBlock": "::/0"}
    ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=110, **six)
    found = read(session, subnet).network_acls
    assert not isinstance(found, Denied)
    assert ["::/0"] == [entry.cidr for one in found for entry in one.entries if entry.number == 110]


@pytest.mark.parametrize(
    ("action", "part"),
    [
        ("DescribeVpcs", "vpcs"),
        ("DescribeRouteTables", "route_tables"),
        ("DescribeNetworkAcls", "network_acls"),
        ("DescribeSecurityGroups", "security_groups"),
        ("DescribeVpcEndpoints", "endpoints"),
        ("DescribeNetworkInterfaces", "interfaces"),
        ("DescribeNatGateways", "nat_gateways"),
        ("DescribeInternetGateways", "internet_gateways"),
        ("DescribeManagedPrefixLists", "prefix_lists"),
        ("DescribeDhcpOptions", "dhcp_options"),
    ],
)
def test_a_refused_part_is_denied_and_the_rest_is_read(
    vpc: tuple[Any, str, str], action: str, part: str
) -> None:
    """The refusal names the action and what it was asked about; nothing else is lost."""
    session, subnet, _ = vpc
    found = read(Refusing(session, action), subnet)
    (refused,) = denied(found)
    assert (f"ec2:{action}", refused, True) == (
        refused.action,
        getattr(found, part),
        "UnauthorizedOperation" in refused.words,
    )


def test_a_refused_attribute_leaves_the_vpc(vpc: tuple[Any, str, str]) -> None:
    """Its blocks are known, its DNS attributes are not, and the report can say so."""
    session, subnet, _ = vpc
    found = read(Refusing(session, "DescribeVpcAttribute"), subnet)
    assert not isinstance(found.vpcs, Denied)
    assert ([(None, None)], {"ec2:DescribeVpcAttribute"}) == (
        [(one.dns_support, one.dns_hostnames) for one in found.vpcs],
        {one.action for one in denied(found)},
    )


def test_without_subnets_nothing_can_be_asked_by_vpc(vpc: tuple[Any, str, str]) -> None:
    """Every part is then refused for the one reason."""
    session, subnet, _ = vpc
    found = read(Refusing(session, "DescribeSubnets"), subnet)
    assert {"ec2:DescribeSubnets"} == {one.action for one in denied(found)}
    assert isinstance(found.route_tables, Denied)
