"""The VPC whose rules are swapped: made once by EC2's own calls, and given one draw after another.

Subnets a and b are private, p is public.  An endpoint listens in a and in b; the ways out are NAT gateways
(in p, in a, a private one and one that was deleted), a NAT instance, and a transit gateway to nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from probe.lab.cloud import Cloud
from tests.lab.fidelity.draws import EVERYWHERE, SUBNETS, Draw, Entry, Permission

REGION = "us-east-1"
NUMBERS = {"6": "tcp", "17": "udp", "1": "icmp"}


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Ids by the words that draws use.  ``tasks`` and ``listeners`` are interfaces by subnet."""

    ec2: Any
    vpc: str
    subnets: dict[str, str]
    groups: dict[str, str]
    lists: dict[str, str]
    targets: dict[str, str]
    tables: dict[str, str]
    gateway: str
    instance: str
    tasks: dict[str, str]
    listeners: dict[str, str]


def made(cloud: Cloud) -> Ground:
    """The ground, open to nobody yet."""
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnets = {name: _subnet(ec2, vpc, name, cidr) for name, cidr in SUBNETS.items()}
    groups = {name: _group(ec2, vpc, name) for name in ("task", "endpoint", "instance", "nobody")}
    tasks = {name: _task(ec2, subnet, groups["task"]) for name, subnet in subnets.items()}
    cloud.public_address(tasks["p"])
    tables = _tables(ec2, vpc, subnets)
    endpoint = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{REGION}.secretsmanager",
        SubnetIds=[subnets["a"], subnets["b"]],
        SecurityGroupIds=[groups["endpoint"]],
    )["VpcEndpoint"]
    gateway = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3")["VpcEndpoint"]
    instance = _instance(cloud, ec2, subnets["p"], groups["instance"])
    return Ground(
        ec2=ec2,
        vpc=vpc,
        subnets=subnets,
        groups=groups,
        lists=_lists(ec2),
        targets=_targets(ec2, vpc, subnets) | {"instance": instance},
        tables=tables,
        gateway=gateway["VpcEndpointId"],
        instance=instance,
        tasks=tasks,
        listeners=dict(zip("ab", endpoint["NetworkInterfaceIds"], strict=True)),
    )


def lay(ground: Ground, draw: Draw) -> None:
    """Make the ground's rules those of a draw."""
    for (group, egress), rules in draw.groups.items():
        _permit(ground, group, rules, egress=egress)
    for subnet, entries in draw.acls.items():
        _guard(ground, subnet, entries)
    for table in ground.tables:
        routes = {EVERYWHERE: draw.defaults[table]} | ({} if table == "public" else dict(draw.more))
        _route(ground, table, routes)
    associated = {"AddRouteTableIds": [ground.tables[one] for one in draw.s3]}
    removed = {"RemoveRouteTableIds": [ground.tables[one] for one in ground.tables if one not in draw.s3]}
    ground.ec2.modify_vpc_endpoint(VpcEndpointId=ground.gateway, **associated, **removed)
    ground.ec2.modify_network_interface_attribute(
        NetworkInterfaceId=ground.instance, SourceDestCheck={"Value": draw.checked}
    )


def _subnet(ec2: Any, vpc: str, name: str, cidr: str) -> str:
    zone = f"{REGION}{'b' if name == 'b' else 'a'}"
    return str(ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"])


def _group(ec2: Any, vpc: str, name: str) -> str:
    return str(ec2.create_security_group(VpcId=vpc, GroupName=name, Description=name)["GroupId"])


def _task(ec2: Any, subnet: str, group: str) -> str:
    made = ec2.create_network_interface(SubnetId=subnet, Groups=[group])
    return str(made["NetworkInterface"]["NetworkInterfaceId"])


def _instance(cloud: Cloud, ec2: Any, subnet: str, group: str) -> str:
    """A NAT instance's interface."""
    (one,) = ec2.run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=subnet, SecurityGroupIds=[group]
    )["Instances"]
    eni = str(one["NetworkInterfaces"][0]["NetworkInterfaceId"])
    cloud.public_address(eni)
    return eni


def _tables(ec2: Any, vpc: str, subnets: dict[str, str]) -> dict[str, str]:
    """Subnet a has a table of its own, p too, b none: it follows the main one."""
    mine = [{"Name": "vpc-id", "Values": [vpc]}]
    found = {"main": ec2.describe_route_tables(Filters=mine)["RouteTables"][0]["RouteTableId"]}
    for name, subnet in (("private", "a"), ("public", "p")):
        found[name] = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=found[name], SubnetId=subnets[subnet])
    return found


def _lists(ec2: Any) -> dict[str, str]:
    own = ec2.create_managed_prefix_list(
        PrefixListName="own", MaxEntries=5, AddressFamily="IPv4",
        Entries=[{"Cidr": "10.0.1.0/24"}, {"Cidr": "10.0.0.0/23"}, {"Cidr": "198.51.100.0/26"}],
    )["PrefixList"]["PrefixListId"]  # fmt: skip
    known = ec2.describe_managed_prefix_lists()["PrefixLists"]
    (s3,) = [one["PrefixListId"] for one in known if one["PrefixListName"].endswith(".s3")]
    return {"own": own, "s3": s3}


def _targets(ec2: Any, vpc: str, subnets: dict[str, str]) -> dict[str, str]:
    igw = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=igw, VpcId=vpc)
    tgw = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=tgw, VpcId=vpc, SubnetIds=[subnets["a"], subnets["b"]]
    )
    nats = {
        "nat": _nat(ec2, subnets["p"]),
        "nat-at-home": _nat(ec2, subnets["a"]),
        "nat-private": _nat(ec2, subnets["p"], public=False),
        "nat-deleted": _nat(ec2, subnets["p"]),
    }
    return {"igw": igw, "tgw": tgw} | nats


def _nat(ec2: Any, subnet: str, *, public: bool = True) -> str:
    kind = {"ConnectivityType": "private"}
    if public:
        kind = {"AllocationId": ec2.allocate_address(Domain="vpc")["AllocationId"]}
    return str(ec2.create_nat_gateway(SubnetId=subnet, **kind)["NatGateway"]["NatGatewayId"])


def _permit(ground: Ground, group: str, rules: tuple[Permission, ...], *, egress: bool) -> None:
    identity, direction = ground.groups[group], "egress" if egress else "ingress"
    (known,) = ground.ec2.describe_security_groups(GroupIds=[identity])["SecurityGroups"]
    before = known["IpPermissionsEgress" if egress else "IpPermissions"]
    change = {"GroupId": identity}
    if before:
        getattr(ground.ec2, f"revoke_security_group_{direction}")(IpPermissions=before, **change)
    for rule in rules:
        add = getattr(ground.ec2, f"authorize_security_group_{direction}")
        add(IpPermissions=[_permission(ground, rule)], **change)


def _permission(ground: Ground, rule: Permission) -> dict[str, Any]:
    made: dict[str, Any] = {"IpProtocol": NUMBERS.get(rule.protocol, rule.protocol)}
    if rule.protocol == "1":
        made |= {"FromPort": -1, "ToPort": -1}
    elif rule.ports is not None:
        made |= dict(zip(("FromPort", "ToPort"), rule.ports, strict=True))
    if rule.peer in ground.groups:
        return made | {"UserIdGroupPairs": [{"GroupId": ground.groups[rule.peer]}]}
    if rule.peer in ground.lists:
        return made | {"PrefixListIds": [{"PrefixListId": ground.lists[rule.peer]}]}
    return made | {"IpRanges": [{"CidrIp": rule.peer}]}


def _guard(ground: Ground, subnet: str, entries: tuple[Entry, ...]) -> None:
    """A new ACL for the subnet, and the old one gone."""
    ec2, here = ground.ec2, [{"Name": "association.subnet-id", "Values": [ground.subnets[subnet]]}]
    (old,) = ec2.describe_network_acls(Filters=here)["NetworkAcls"]
    acl = ec2.create_network_acl(VpcId=ground.vpc)["NetworkAcl"]["NetworkAclId"]
    for one in entries:
        ec2.create_network_acl_entry(NetworkAclId=acl, **_entry(one))
    (bound,) = [one for one in old["Associations"] if one["SubnetId"] == ground.subnets[subnet]]
    ec2.replace_network_acl_association(AssociationId=bound["NetworkAclAssociationId"], NetworkAclId=acl)
    if not old["IsDefault"]:
        ec2.delete_network_acl(NetworkAclId=old["NetworkAclId"])


def _entry(one: Entry) -> dict[str, Any]:
    made: dict[str, Any] = {
        "RuleNumber": one.number,
        "Egress": one.egress,
        "RuleAction": "allow" if one.allow else "deny",
        "Protocol": one.protocol,
        "CidrBlock": one.cidr,
    }
    if one.protocol == "1":
        made["IcmpTypeCode"] = {"Type": -1, "Code": -1}
    elif one.ports is not None:
        made["PortRange"] = dict(zip(("From", "To"), one.ports, strict=True))
    return made


def _route(ground: Ground, table: str, routes: dict[str, str | None]) -> None:
    ec2, identity = ground.ec2, ground.tables[table]
    (known,) = ec2.describe_route_tables(RouteTableIds=[identity])["RouteTables"]
    for route in known["Routes"]:
        block = route.get("DestinationCidrBlock")
        if block and route.get("GatewayId") != "local":
            ec2.delete_route(RouteTableId=identity, DestinationCidrBlock=block)
    for block, target in routes.items():
        if target is not None:
            kind = {"igw": "GatewayId", "tgw": "TransitGatewayId", "instance": "NetworkInterfaceId"}
            leads = {kind.get(target, "NatGatewayId"): ground.targets[target]}
            ec2.create_route(RouteTableId=identity, DestinationCidrBlock=block, **leads)
