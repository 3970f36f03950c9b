"""The survey: what boto3 calls made is what the compiler reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from probe.lab.cloud import Cloud
from probe.lab.identity import by_id
from probe.lab.state import AclEntry, Eni, Kind, Route, Rule, State
from probe.lab.survey import survey
from tests.lab.cloud.networks import Network

Look = Callable[[], State]


@pytest.fixture
def look(cloud: Cloud, network: Network) -> Look:
    """Reads the state of the test's own VPC as it is now."""
    return lambda: survey(cloud.backend("ec2")).within(network.vpc)


def interface(network: Network, **more: Any) -> str:
    made = network.ec2.create_network_interface(SubnetId=network.subnets[0], **more)
    return str(made["NetworkInterface"]["NetworkInterfaceId"])


def only(state: State, kind: Kind) -> Eni:
    (found,) = [one for one in state.enis if one.kind is kind]
    return found


def test_a_vpc_has_its_blocks_and_dns_attributes(network: Network, look: Look) -> None:
    """A second block counts; switches are read as they are now."""
    network.ec2.associate_vpc_cidr_block(VpcId=network.vpc, CidrBlock="10.1.0.0/16")
    network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsSupport={"Value": False})
    (vpc,) = look().vpcs
    assert (vpc.cidrs, vpc.dns_support, vpc.dns_hostnames) == (("10.0.0.0/16", "10.1.0.0/16"), False, True)


KINDS = [
    pytest.param("arn:aws:ecs:us-east-1:123456789012:attachment/1", Kind.TASK, id="task"),
    pytest.param("AWS Lambda VPC ENI-probe", Kind.FUNCTION, id="function"),
    pytest.param("made by hand", Kind.OTHER, id="other"),
]


@pytest.mark.parametrize(("description", "expected"), KINDS)
def test_an_interface_is_known_by_its_description(
    network: Network, look: Look, description: str, expected: Kind
) -> None:
    """AWS writes there whose it is."""
    made = interface(network, Description=description)
    assert by_id(look().enis)[made].kind is expected


def test_an_endpoints_interfaces_carry_its_groups_as_they_are_now(network: Network, look: Look) -> None:
    """A group that is exchanged on the endpoint is exchanged on its interfaces."""
    group = network.ec2.create_security_group(VpcId=network.vpc, GroupName="g", Description="g")["GroupId"]
    made = network.endpoint("logs", SubnetIds=[network.subnets[0]])
    network.ec2.modify_vpc_endpoint(
        VpcEndpointId=made["VpcEndpointId"],
        AddSecurityGroupIds=[group],
        RemoveSecurityGroupIds=[one["GroupId"] for one in made["Groups"]],
    )
    eni = only(look(), Kind.ENDPOINT)
    assert (eni.owner, eni.groups) == (made["VpcEndpointId"], (group,))
    assert look().endpoints[0].suffix == "logs"


def test_a_nat_gateway_has_no_groups_and_goes_when_it_is_deleted(network: Network, look: Look) -> None:
    """Its interface has a public address while it lives; afterwards nothing is left of it."""
    address = network.ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = network.ec2.create_nat_gateway(SubnetId=network.subnets[0], AllocationId=address)
    nat = made["NatGateway"]["NatGatewayId"]
    eni = only(look(), Kind.NAT)
    assert (eni.owner, eni.groups, eni.checked) == (nat, (), False)
    assert str(eni.public_address).startswith("203.0.113.")
    network.ec2.delete_nat_gateway(NatGatewayId=nat)
    assert (look().nat_gateways, look().enis) == ((), ())


def test_routes_keep_their_targets(network: Network, look: Look) -> None:
    """Blocks and prefix lists alike; a table knows its subnets and whether it is the main one."""
    ec2 = network.ec2
    table = ec2.create_route_table(VpcId=network.vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=network.subnets[0])
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    found = by_id(look().route_tables)[table]
    local = Route(destination="10.0.0.0/16", target="local")
    assert found.routes == (local, Route(destination="0.0.0.0/0", target=gateway))
    assert (found.subnets, found.main) == ((network.subnets[0],), False)
    assert [one.id for one in look().internet_gateways] == [gateway]


def test_a_detached_internet_gateway_is_nowhere(network: Network, look: Look) -> None:
    """A route to it leads into a black hole."""
    gateway = network.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    network.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc)
    network.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc)
    assert look().internet_gateways == ()


def test_aws_own_prefix_lists_have_blocks(look: Look) -> None:
    """They show no version; the gateway endpoint's route needs their blocks."""
    lists = {one.name: one.cidrs for one in look().prefix_lists}
    assert lists["com.amazonaws.us-east-1.s3"] == ("192.0.2.0/25",)


def test_acl_entries_are_read_with_their_ports(network: Network, look: Look) -> None:
    """Also the ones that AWS puts there; a subnet that was moved is moved."""
    ec2 = network.ec2
    acl = ec2.create_network_acl(VpcId=network.vpc)["NetworkAcl"]["NetworkAclId"]
    ec2.create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=90,
        Protocol="6",
        RuleAction="deny",
        Egress=True,
        CidrBlock="10.0.0.0/8",
        PortRange={"From": 443, "To": 443},
    )
    entry = AclEntry(number=90, egress=True, allow=False, cidr="10.0.0.0/8", protocol="6", ports=(443, 443))
    assert entry in by_id(look().acls)[acl].entries


def test_rules_of_groups_are_read_with_each_kind_of_peer(network: Network, look: Look) -> None:
    """A block, a group, a prefix list; an IPv6 block admits nothing here."""
    ec2 = network.ec2
    group = ec2.create_security_group(VpcId=network.vpc, GroupName="g", Description="g")["GroupId"]
    list_id = look().prefix_lists[0].id
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    peers = {
        "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
        "UserIdGroupPairs": [{"GroupId": group}],
        "PrefixListIds": [{"PrefixListId": list_id}],
        "Ipv6Ranges": [{"CidrIpv6": "fd00::/8"}],
    }
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[https | peers])
    rules = {one for one in by_id(look().groups)[group].rules if not one.egress}
    expected = ("10.0.0.0/8", group, list_id)
    assert rules == {Rule(egress=False, peer=one, protocol="tcp", ports=(443, 443)) for one in expected}


def test_only_an_accepted_peering_joins(cloud: Cloud, network: Network) -> None:
    """One that waits for acceptance leads nowhere."""
    ec2, other = network.ec2, Network.made(cloud)
    request = ec2.create_vpc_peering_connection(VpcId=network.vpc, PeerVpcId=other.vpc)
    peering = request["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    before = [one.id for one in survey(cloud.backend("ec2")).peerings]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    after = [one.id for one in survey(cloud.backend("ec2")).peerings]
    assert (peering in before, peering in after) == (False, True)


def test_a_stopped_instance_carries_nobodys_packets(network: Network, look: Look) -> None:
    """A NAT instance with its check off is one only while it runs."""
    made = network.ec2.run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=network.subnets[0]
    )
    instance = made["Instances"][0]["InstanceId"]
    network.ec2.modify_network_interface_attribute(
        NetworkInterfaceId=only(look(), Kind.INSTANCE).id, SourceDestCheck={"Value": False}
    )
    running = only(look(), Kind.INSTANCE)
    network.ec2.stop_instances(InstanceIds=[instance])
    assert (running.checked, only(look(), Kind.INSTANCE).checked) == (False, True)
    assert running.owner == instance


def test_attached_vpcs_meet_the_routes_of_their_transit_gateways_table(
    cloud: Cloud, network: Network
) -> None:
    """Blocks propagate into the default table; a static route there leads where it says."""
    ec2, other = network.ec2, Network.made(cloud)
    gateway = ec2.create_transit_gateway()["TransitGateway"]
    made = attached(gateway["TransitGatewayId"], network, other)
    ec2.create_transit_gateway_route(
        TransitGatewayRouteTableId=gateway["Options"]["AssociationDefaultRouteTableId"],
        DestinationCidrBlock="0.0.0.0/0",
        TransitGatewayAttachmentId=made[1],
    )
    found = by_id(survey(cloud.backend("ec2")).attachments)[made[0]]
    assert (found.vpc, found.subnets, found.cidr) == (network.vpc, (network.subnets[0],), "10.0.0.0/16")
    assert Route(destination="0.0.0.0/0", target=other.vpc) in found.routes
    assert "10.0.0.0/16" in {one.destination for one in found.routes}


def test_transit_gateway_without_defaults_knows_what_it_is_told(cloud: Cloud, network: Network) -> None:
    """Without default tables an attachment meets what its one table is told.

    https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
    """
    ec2, other = network.ec2, Network.made(cloud)
    off = {"DefaultRouteTableAssociation": "disable", "DefaultRouteTablePropagation": "disable"}
    gateway = ec2.create_transit_gateway(Options=off)["TransitGateway"]["TransitGatewayId"]
    near, far = attached(gateway, network, other)
    own = [{"Name": "transit-gateway-id", "Values": [gateway]}]
    assert [] == ec2.describe_transit_gateway_route_tables(Filters=own)["TransitGatewayRouteTables"]
    made = ec2.create_transit_gateway_route_table(TransitGatewayId=gateway)["TransitGatewayRouteTable"]
    table = {"TransitGatewayRouteTableId": made["TransitGatewayRouteTableId"]}
    ec2.associate_transit_gateway_route_table(**table, TransitGatewayAttachmentId=near)

    def routes() -> list[tuple[str, str]]:
        met = by_id(survey(cloud.backend("ec2")).attachments)[near].routes
        return [(one.destination, one.target) for one in met]

    before = routes()
    ec2.enable_transit_gateway_route_table_propagation(**table, TransitGatewayAttachmentId=far)
    told = routes()
    ec2.disable_transit_gateway_route_table_propagation(**table, TransitGatewayAttachmentId=far)
    assert (before, told, routes()) == ([], [("10.0.0.0/16", other.vpc)], [])


def attached(gateway: str, *networks: Network) -> list[str]:
    """The attachments of networks, each by its first subnet, to a transit gateway."""
    return [
        one.ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=gateway, VpcId=one.vpc, SubnetIds=[one.subnets[0]]
        )["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
        for one in networks
    ]
