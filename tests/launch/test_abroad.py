"""Endpoints of other VPCs are read where a name led to their address and nothing came of it."""

from __future__ import annotations

from msgspec.structs import replace

from probe.evidence.snapshot import UNREAD, Denied, ForeignEndpoint, SecurityGroup, Vpc
from probe.launch import abroad, snapshot
from probe.model import Failure, Kind, Layer, Observation, Outcome, Status
from tests.clients import Answer, answering
from tests.launch.test_spec import Session

SEEN = replace(
    snapshot.unread(Denied(action="", resource="", words="a test")),
    vpcs=(Vpc(id="vpc-1", cidrs=("10.0.0.0/16",)),),
)
HUB = "10.100.0.4"
SERVICE = "com.amazonaws.us-east-1.logs"


def failed_at(*addresses: str) -> Outcome:
    """A connection to each that timed out."""
    seen = tuple(
        Observation(
            target="logs",
            layer=Layer.TCP,
            operation="connect",
            status=Status.FAIL,
            address=address,
            failure=Failure(operation="connect", kind=Kind.TIMEOUT, words="timed out"),
        )
        for address in addresses
    )
    return Outcome(subnet="subnet-1", ended="stopped", observations=seen)


def test_nothing_is_asked_about_addresses_of_the_vpc_or_of_the_world() -> None:
    """Whose those are is known."""
    with answering("ec2", []) as ec2:
        assert UNREAD == abroad.endpoints(Session(ec2), SEEN, [failed_at("10.0.0.9", "198.51.100.7")])


def test_a_hubs_endpoint_is_read_with_its_vpc_and_its_groups() -> None:
    """By the address of its interface."""
    interface = {"NetworkInterfaceId": "eni-1", "VpcId": "vpc-hub", "PrivateIpAddress": HUB}
    endpoint = {
        "VpcEndpointId": "vpce-hub",
        "VpcEndpointType": "Interface",
        "ServiceName": SERVICE,
        "State": "available",
        "NetworkInterfaceIds": ["eni-1"],
        "Groups": [{"GroupId": "sg-hub"}],
        "OwnerId": "123456789012",
    }
    by_address = {"Filters": [{"Name": "addresses.private-ip-address", "Values": [HUB]}]}
    by_vpc = {"Filters": [{"Name": "vpc-id", "Values": ["vpc-hub"]}]}
    group = {"GroupId": "sg-hub", "GroupName": "hub", "VpcId": "vpc-hub"}
    answers = [
        Answer("describe_network_interfaces", by_address, {"NetworkInterfaces": [interface]}),
        Answer("describe_vpc_endpoints", by_vpc, {"VpcEndpoints": [endpoint]}),
        Answer(
            "describe_vpcs",
            {"VpcIds": ["vpc-hub"]},
            {"Vpcs": [{"VpcId": "vpc-hub", "CidrBlock": "10.100.0.0/16"}]},
        ),
        Answer("describe_security_groups", {"GroupIds": ["sg-hub"]}, {"SecurityGroups": [group]}),
    ]
    with answering("ec2", answers) as ec2:
        found = abroad.endpoints(Session(ec2), SEEN, [failed_at(HUB)])
    expected = ForeignEndpoint(
        id="vpce-hub",
        address=HUB,
        service_name=SERVICE,
        vpc="vpc-hub",
        cidrs=("10.100.0.0/16",),
        owner="123456789012",
        groups=(SecurityGroup(id="sg-hub", name="hub", vpc="vpc-hub", rules=()),),
    )
    assert (expected,) == found
