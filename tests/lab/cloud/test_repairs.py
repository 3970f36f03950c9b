"""moto's EC2 state after the lab's repairs: what AWS would show for the same calls."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from probe.lab.cloud import Cloud
from tests.lab.cloud.networks import Network

Refused = Callable[..., tuple[str, str]]


def test_every_interface_has_an_address_of_its_own_inside_its_subnet(network: Network) -> None:
    """Endpoints', NAT gateways' and plain interfaces' addresses lie in their subnet, and no two are equal."""
    network.endpoint("secretsmanager")
    network.ec2.create_nat_gateway(SubnetId=network.subnets[0], ConnectivityType="private")
    network.ec2.create_network_interface(SubnetId=network.subnets[0])

    found = [(eni["SubnetId"], eni["PrivateIpAddress"]) for eni in network.interfaces()]

    blocks = {
        subnet: ipaddress.ip_network(f"10.0.{number}.0/24") for number, subnet in enumerate(network.subnets)
    }
    assert 5 == len(set(found))
    assert [] == [one for one in found if ipaddress.ip_address(one[1]) not in blocks[one[0]]]


def test_first_address_handed_out_is_the_fifth(network: Network) -> None:
    """AWS keeps a subnet's first four addresses and its last."""
    made = network.ec2.create_network_interface(SubnetId=network.subnets[1])["NetworkInterface"]

    assert "10.0.1.4" == made["PrivateIpAddress"]


def test_reserved_outside_and_taken_addresses_are_refused(network: Network, refused: Refused) -> None:
    """An address that cannot be had is refused with AWS's code."""
    make, subnet = network.ec2.create_network_interface, network.subnets[0]
    make(SubnetId=subnet, PrivateIpAddress="10.0.0.9")

    codes = [
        refused(make, SubnetId=subnet, PrivateIpAddress=f"10.0.{rest}")[0] for rest in ("0.2", "1.9", "0.9")
    ]

    assert ["InvalidParameterValue", "InvalidParameterValue", "InvalidIPAddress.InUse"] == codes


def test_free_addresses_are_counted(network: Network) -> None:
    """A /24 has 251 addresses for customers, less those in use."""
    network.endpoint("ssm")

    subnet = network.ec2.describe_subnets(SubnetIds=[network.subnets[0]])["Subnets"][0]

    assert 250 == subnet["AvailableIpAddressCount"]
    assert (False, False) == (subnet["DefaultForAz"], subnet["MapPublicIpOnLaunch"])


def test_full_subnet_says_so(network: Network, refused: Refused) -> None:
    """The smallest subnet takes eleven interfaces, and refuses the twelfth."""
    subnet = network.ec2.create_subnet(VpcId=network.vpc, CidrBlock="10.0.9.0/28")["Subnet"]["SubnetId"]
    for _ in range(11):
        network.ec2.create_network_interface(SubnetId=subnet)

    assert (
        "InsufficientFreeAddressesInSubnet"
        == refused(network.ec2.create_network_interface, SubnetId=subnet)[0]
    )


def test_endpoint_without_groups_gets_the_default_group(network: Network) -> None:
    """An endpoint made without groups, and its interfaces, are in the VPC's default group."""
    endpoint = network.endpoint("kms")

    groups = [group["GroupName"] for eni in network.interfaces() for group in eni["Groups"]]

    assert ["default"] == [group["GroupName"] for group in endpoint["Groups"]]
    assert ["default"] * 3 == groups


def test_endpoint_interfaces_carry_the_endpoints_groups(network: Network) -> None:
    """Changing an endpoint's groups changes its interfaces'."""
    make = network.ec2.create_security_group
    first, second = (make(GroupName=name, Description="-", VpcId=network.vpc)["GroupId"] for name in "ab")
    endpoint = network.endpoint("logs", SecurityGroupIds=[first])

    network.ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint["VpcEndpointId"], AddSecurityGroupIds=[second], RemoveSecurityGroupIds=[first]
    )

    found = network.interfaces(interface_type="vpc_endpoint")
    assert [second] * 3 == [group["GroupId"] for eni in found for group in eni["Groups"]]
    assert {f"VPC Endpoint Interface {endpoint['VpcEndpointId']}"} == {eni["Description"] for eni in found}


def test_endpoint_follows_its_subnets(network: Network) -> None:
    """A subnet taken from an endpoint takes the interface, and one given brings it back."""
    endpoint = network.endpoint("sts")["VpcEndpointId"]
    gone = network.subnets[0]

    network.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveSubnetIds=[gone])
    without = {eni["SubnetId"] for eni in network.interfaces()}
    network.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSubnetIds=[gone])

    assert set(network.subnets[1:]) == without
    assert set(network.subnets) == {eni["SubnetId"] for eni in network.interfaces()}


def test_deleted_endpoint_takes_its_interfaces_along(network: Network) -> None:
    """Nothing of a deleted endpoint is described any more."""
    endpoint = network.endpoint("ecr.api")["VpcEndpointId"]

    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])

    wanted = [{"Name": "vpc-id", "Values": [network.vpc]}]
    assert [] == network.ec2.describe_vpc_endpoints(Filters=wanted)["VpcEndpoints"]
    assert [] == network.interfaces()


def test_private_dns_needs_both_attributes(network: Network, refused: Refused) -> None:
    """Without enableDnsHostnames AWS refuses, and makes the endpoint when private DNS is off."""
    network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": False})

    code, message = refused(network.endpoint, suffix="ssm")

    assert "InvalidParameter" == code
    assert message.startswith("Enabling private DNS requires both enableDnsSupport and enableDnsHostnames")
    assert network.endpoint("ssm", PrivateDnsEnabled=False)["PrivateDnsEnabled"] is False


def test_private_dns_names_are_taken_once(network: Network, refused: Refused) -> None:
    """A second endpoint of a service cannot have private DNS too."""
    network.endpoint("ssm")

    assert (
        "conflicting DNS domain for ssm.us-east-1.amazonaws.com" in refused(network.endpoint, suffix="ssm")[1]
    )


def test_private_dns_can_be_switched(network: Network) -> None:
    """ModifyVpcEndpoint switches private DNS, and the endpoint's DNS names follow."""
    endpoint = network.endpoint("secretsmanager", PrivateDnsEnabled=False)["VpcEndpointId"]

    network.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=True)

    found: dict[str, Any] = network.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]
    assert found["PrivateDnsEnabled"] is True
    assert "secretsmanager.us-east-1.amazonaws.com" in [entry["DnsName"] for entry in found["DnsEntries"]]


def test_gateway_endpoint_routes_follow_its_tables(network: Network) -> None:
    """A table associated later gets the prefix-list route, and one taken away loses it."""
    endpoint = network.gateway()["VpcEndpointId"]
    modify = network.ec2.modify_vpc_endpoint

    before = len(network.routes())
    modify(VpcEndpointId=endpoint, AddRouteTableIds=[network.main_table])
    with_it = [route for name, route in network.routes().items() if name.startswith("pl-")]
    modify(VpcEndpointId=endpoint, RemoveRouteTableIds=[network.main_table])

    assert (1, [(endpoint, "active")], 1) == (before, with_it, len(network.routes()))


def test_prefix_list_holds_the_labs_s3(network: Network) -> None:
    """S3's prefix list is made of documentation addresses."""
    wanted = [{"Name": "prefix-list-name", "Values": ["com.amazonaws.us-east-1.s3"]}]
    found = network.ec2.describe_managed_prefix_lists(Filters=wanted)["PrefixLists"][0]

    entries = network.ec2.get_managed_prefix_list_entries(PrefixListId=found["PrefixListId"])["Entries"]

    assert ["192.0.2.0/25"] == [entry["Cidr"] for entry in entries]


def test_what_is_made_with_tags_has_them(network: Network) -> None:
    """DHCP options and attachments are found by the names that they were made with."""
    ec2, name = network.ec2, [{"Key": "Name", "Value": network.vpc}]

    def tags(kind: str) -> Any:
        return [{"ResourceType": kind, "Tags": name}]

    ec2.create_dhcp_options(
        DhcpConfigurations=[{"Key": "domain-name", "Values": ["x.example"]}],
        TagSpecifications=tags("dhcp-options"),
    )
    ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"],
        VpcId=network.vpc,
        SubnetIds=[network.subnets[0]],
        TagSpecifications=tags("transit-gateway-attachment"),
    )

    found = ec2.describe_tags(Filters=[{"Name": "value", "Values": [network.vpc]}])["Tags"]

    assert {"dhcp-options", "transit-gateway-attachment"} == {one["ResourceType"] for one in found}


def test_modified_prefix_list_keeps_its_name(network: Network) -> None:
    """A new version has other entries and the old name."""
    made = network.ec2.create_managed_prefix_list(
        PrefixListName="partners", MaxEntries=2, AddressFamily="IPv4", Entries=[{"Cidr": "10.8.0.0/16"}]
    )["PrefixList"]["PrefixListId"]
    network.ec2.modify_managed_prefix_list(
        PrefixListId=made, CurrentVersion=1, RemoveEntries=[{"Cidr": "10.8.0.0/16"}]
    )

    found = network.ec2.describe_managed_prefix_lists(PrefixListIds=[made])["PrefixLists"][0]

    assert ("partners", 2) == (found["PrefixListName"], found["Version"])
    assert [] == network.ec2.get_managed_prefix_list_entries(PrefixListId=made)["Entries"]


def test_route_to_a_transit_gateway_that_let_the_vpc_go_is_a_blackhole(network: Network) -> None:
    """The route outlives the attachment, and leads nowhere, though the gateway is there."""
    gateway = network.ec2.create_transit_gateway()["TransitGateway"]
    made = network.ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway["TransitGatewayId"], VpcId=network.vpc, SubnetIds=[network.subnets[0]]
    )["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    network.ec2.create_route(
        RouteTableId=network.main_table,
        DestinationCidrBlock="0.0.0.0/0",
        TransitGatewayId=gateway["TransitGatewayId"],
    )
    before = network.routes()["0.0.0.0/0"]
    network.ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=made)

    assert ["active", "blackhole"] == [state for _, state in (before, network.routes()["0.0.0.0/0"])]


def test_route_to_a_deleted_nat_gateway_is_a_blackhole(network: Network) -> None:
    """A deleted NAT gateway leaves a blackhole, no interface, and its address free."""
    address = network.ec2.allocate_address(Domain="vpc")
    nat = network.ec2.create_nat_gateway(SubnetId=network.subnets[0], AllocationId=address["AllocationId"])
    gateway = nat["NatGateway"]["NatGatewayId"]
    network.ec2.create_route(
        RouteTableId=network.main_table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway
    )
    owned = network.interfaces(interface_type="nat_gateway")

    network.ec2.delete_nat_gateway(NatGatewayId=gateway)

    assert [[]] == [eni["Groups"] for eni in owned]
    assert [address["PublicIp"]] == [eni["Association"]["PublicIp"] for eni in owned]
    assert (gateway, "blackhole") == network.routes()["0.0.0.0/0"]
    assert [] == network.interfaces()


def test_route_to_a_detached_gateway_is_a_blackhole(network: Network) -> None:
    """An internet gateway's route is active while it is attached to the VPC."""
    gateway = network.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    where = {"InternetGatewayId": gateway, "VpcId": network.vpc}
    network.ec2.attach_internet_gateway(**where)
    network.ec2.create_route(
        RouteTableId=network.main_table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway
    )
    attached = network.routes()["0.0.0.0/0"]

    network.ec2.detach_internet_gateway(**where)

    assert ((gateway, "active"), (gateway, "blackhole")) == (attached, network.routes()["0.0.0.0/0"])


def test_elastic_addresses_are_documentation_addresses(network: Network) -> None:
    """Customers' public addresses come out of 203.0.113.0/24, each once."""
    made = [network.ec2.allocate_address(Domain="vpc")["PublicIp"] for _ in range(3)]

    assert 3 == len({one for one in made if one.startswith("203.0.113.")})


def test_default_group_admits_itself(network: Network) -> None:
    """A VPC's default group lets its members reach each other, and everything out."""
    wanted = [{"Name": "vpc-id", "Values": [network.vpc]}]
    group = network.ec2.describe_security_groups(Filters=wanted)["SecurityGroups"][0]

    admitted = [pair["GroupId"] for rule in group["IpPermissions"] for pair in rule["UserIdGroupPairs"]]

    assert [group["GroupId"]] == admitted
    assert ["0.0.0.0/0"] == [
        block["CidrIp"] for rule in group["IpPermissionsEgress"] for block in rule["IpRanges"]
    ]


def test_instance_gets_a_free_address_of_its_subnet(network: Network) -> None:
    """An instance and an endpoint in one subnet have different addresses, and each counts once."""
    network.endpoint("ssm")
    image = network.ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]

    made = network.ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=network.subnets[0])

    subnet = network.ec2.describe_subnets(SubnetIds=[network.subnets[0]])["Subnets"][0]
    assert ("10.0.0.5", 249) == (made["Instances"][0]["PrivateIpAddress"], subnet["AvailableIpAddressCount"])


def test_subnets_without_a_zone_lie_in_the_same_zones_every_time(network: Network) -> None:
    """Two VPCs made by the same calls lie alike, a zone each while there are zones without a subnet."""
    vpcs = [network.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"] for _ in range(2)]
    lie = [
        [
            network.ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24")["Subnet"][
                "AvailabilityZone"
            ]
            for number in range(3)
        ]
        for vpc in vpcs
    ]
    assert [["us-east-1a", "us-east-1b", "us-east-1c"]] * 2 == lie


def test_default_vpc_is_there_with_its_way_out(cloud: Cloud) -> None:
    """An account begins with a VPC whose subnets, one a zone, lead to an internet gateway."""
    ec2 = cloud.client("ec2")
    mine = [{"Name": "is-default", "Values": ["true"]}]

    (vpc,) = ec2.describe_vpcs(Filters=mine)["Vpcs"]

    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    subnets = ec2.describe_subnets(Filters=inside)["Subnets"]
    (table,) = ec2.describe_route_tables(Filters=inside)["RouteTables"]
    assert "172.31.0.0/16" == vpc["CidrBlock"]
    assert {True} == {one["MapPublicIpOnLaunch"] and one["DefaultForAz"] for one in subnets}
    assert {"172.31.0.0/16": "local", "0.0.0.0/0": "igw"} == {
        one["DestinationCidrBlock"]: one["GatewayId"].partition("-")[0] for one in table["Routes"]
    }


def test_resolver_rules_need_no_name(network: Network, cloud: Cloud) -> None:
    """Names are optional, and what has none is listed beside the others."""
    resolver = cloud.client("route53resolver")
    rules = [
        resolver.create_resolver_rule(
            CreatorRequestId=f"{network.vpc}-{domain}", RuleType="SYSTEM", DomainName=domain
        )["ResolverRule"]["Id"]
        for domain in ("one.example", "two.example")
    ]
    for rule in rules:
        resolver.associate_resolver_rule(ResolverRuleId=rule, VPCId=network.vpc)

    here = [{"Name": "VPCId", "Values": [network.vpc]}]
    found = resolver.list_resolver_rule_associations(Filters=here)["ResolverRuleAssociations"]

    assert sorted(rules) == sorted(one["ResolverRuleId"] for one in found)
    assert set(rules) <= {one["Id"] for one in resolver.list_resolver_rules()["ResolverRules"]}
