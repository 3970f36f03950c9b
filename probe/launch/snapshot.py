"""The VPC's configuration, read once: the only place that describes network resources.

Every part is read at the same time as the others, page by page, and is either data or ``Denied``: with
any action refused, the rest is still read and nothing is taken for empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from probe.evidence.snapshot import Denied, PrefixList, Snapshot, Subnet, Vpc
from probe.launch import naming, parts
from probe.launch.attempts import Reader, attempt
from probe.model import Spec

_AT_ONCE = 8


def read(session: Any, spec: Spec) -> Snapshot:
    """Everything that decides the flows of a Spec, in one pass.

    The VPC is found through the subnets; where they cannot be read, what is asked for by VPC cannot either.
    """
    ec2 = session.client("ec2")
    subnets = attempt(
        lambda: _subnets_by_id(ec2, spec.subnets), "ec2:DescribeSubnets", ",".join(spec.subnets)
    )
    if isinstance(subnets, Denied):
        return unread(subnets)
    if not subnets:
        return unread(_nothing(spec))
    vpcs = tuple(dict.fromkeys(subnet.vpc for subnet in subnets))
    partial: list[Denied] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        readers = {
            name: (session.client(_service(action)), action, reader)
            for name, (action, reader) in (_PARTS | naming.parts(spec.region)).items()
        }
        asked = {name: pool.submit(_read_part, *how, vpcs, partial) for name, how in readers.items()}
        found = {name: part.result() for name, part in asked.items()}
    return Snapshot(**_shown(found, spec.account), partial=tuple(partial))


def _shown(found: dict[str, Any], account: str) -> dict[str, Any]:
    """The parts; in a VPC that another account shares, one without anything in it is not known to be empty.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
    """
    vpcs = () if isinstance(found["vpcs"], Denied) else found["vpcs"]
    shared = next((one for one in vpcs if one.owner not in {None, account}), None)
    if shared is None:
        return found
    words = f"{shared.id} is shared by account {shared.owner}, which alone is shown what it has of these"
    return {
        name: Denied(action=_PARTS[name][0], resource=shared.id, words=words)
        if name in _OWNERS and part == ()
        else part
        for name, part in found.items()
    }


def unread(refusal: Denied) -> Snapshot:
    """A snapshot of which nothing could be read, for one reason."""
    refused: dict[str, Any] = dict.fromkeys(_PARTS, refusal)
    return Snapshot(**refused)


def _read_part(
    client: Any, action: str, reader: Reader, vpcs: tuple[str, ...], partial: list[Denied]
) -> tuple[Any, ...] | Denied:
    return attempt(lambda: reader(client, vpcs, partial), action, ",".join(vpcs))


def _service(action: str) -> str:
    return action.partition(":")[0]


def _nothing(spec: Spec) -> Denied:
    words = "the subnets are not shown to these credentials"
    return Denied(action="ec2:DescribeSubnets", resource=",".join(spec.subnets), words=words)


def _subnets_by_id(ec2: Any, ids: tuple[str, ...]) -> Iterator[Subnet]:
    for page in ec2.get_paginator("describe_subnets").paginate(SubnetIds=list(ids)):
        yield from map(parts.subnet, page["Subnets"])


def _vpcs(ec2: Any, vpcs: tuple[str, ...], partial: list[Denied]) -> Iterator[Vpc]:
    for described in ec2.describe_vpcs(VpcIds=list(vpcs))["Vpcs"]:
        attributes = {name: _attribute(ec2, described["VpcId"], name, partial) for name in _ATTRIBUTES}
        yield parts.vpc(described, attributes)


def _attribute(ec2: Any, vpc: str, name: str, partial: list[Denied]) -> bool | None:
    """One DNS attribute; absent, with the refusal noted, where it cannot be read."""
    key = name[0].upper() + name[1:]
    found = attempt(
        lambda: iter([ec2.describe_vpc_attribute(VpcId=vpc, Attribute=name)[key]["Value"]]),
        "ec2:DescribeVpcAttribute",
        vpc,
    )
    if isinstance(found, Denied):
        partial.append(found)
        return None
    return bool(found[0])


def _prefix_lists(ec2: Any, _: tuple[str, ...], partial: list[Denied]) -> Iterator[PrefixList]:
    for page in ec2.get_paginator("describe_managed_prefix_lists").paginate():
        for described in page["PrefixLists"]:
            cidrs = _entries(ec2, described["PrefixListId"], partial)
            if cidrs is not None:
                yield PrefixList(id=described["PrefixListId"], name=described["PrefixListName"], cidrs=cidrs)


def _entries(ec2: Any, identity: str, partial: list[Denied]) -> tuple[str, ...] | None:
    """The blocks of one prefix list; absent, with the refusal noted, where they cannot be read."""
    paginate = ec2.get_paginator("get_managed_prefix_list_entries").paginate
    found = attempt(
        lambda: (entry["Cidr"] for page in paginate(PrefixListId=identity) for entry in page["Entries"]),
        "ec2:GetManagedPrefixListEntries",
        identity,
    )
    if isinstance(found, Denied):
        partial.append(found)
        return None
    return found


def _listed(
    operation: str, key: str, value: Callable[[Mapping[str, Any]], Any], filtered: str = "vpc-id"
) -> Reader:
    """The reader of a describe action that is paged and filtered by VPC."""

    def reader(ec2: Any, vpcs: tuple[str, ...], _: list[Denied]) -> Iterator[Any]:
        # DescribeNatGateways alone calls its argument Filter.
        argument = "Filter" if operation == "describe_nat_gateways" else "Filters"
        filters = [{"Name": filtered, "Values": list(vpcs)}] if filtered else []
        for page in ec2.get_paginator(operation).paginate(**{argument: filters}):
            yield from map(value, page[key])

    return reader


_OWNERS = frozenset({"endpoints", "nat_gateways", "internet_gateways"})
"""Parts of a shared VPC that its owner alone makes, and that participants are not shown."""
_ATTRIBUTES = ("enableDnsSupport", "enableDnsHostnames")
_PARTS: dict[str, tuple[str, Reader]] = {
    "vpcs": ("ec2:DescribeVpcs", _vpcs),
    "subnets": ("ec2:DescribeSubnets", _listed("describe_subnets", "Subnets", parts.subnet)),
    "route_tables": (
        "ec2:DescribeRouteTables",
        _listed("describe_route_tables", "RouteTables", parts.route_table),
    ),
    "network_acls": (
        "ec2:DescribeNetworkAcls",
        _listed("describe_network_acls", "NetworkAcls", parts.network_acl),
    ),
    "security_groups": (
        "ec2:DescribeSecurityGroups",
        _listed("describe_security_groups", "SecurityGroups", parts.security_group),
    ),
    "endpoints": (
        "ec2:DescribeVpcEndpoints",
        _listed("describe_vpc_endpoints", "VpcEndpoints", parts.endpoint),
    ),
    "interfaces": (
        "ec2:DescribeNetworkInterfaces",
        _listed("describe_network_interfaces", "NetworkInterfaces", parts.interface),
    ),
    "nat_gateways": (
        "ec2:DescribeNatGateways",
        _listed("describe_nat_gateways", "NatGateways", parts.nat_gateway),
    ),
    "internet_gateways": (
        "ec2:DescribeInternetGateways",
        _listed(
            "describe_internet_gateways", "InternetGateways", parts.internet_gateway, "attachment.vpc-id"
        ),
    ),
    "prefix_lists": ("ec2:DescribeManagedPrefixLists", _prefix_lists),
    "dhcp_options": (
        "ec2:DescribeDhcpOptions",
        _listed("describe_dhcp_options", "DhcpOptions", parts.dhcp_options, filtered=""),
    ),
}
"""Part of the snapshot to the action that reads it, for IAM, and its reader."""
