"""Security groups and network ACLs, with their rules."""

from __future__ import annotations

from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from probe.lab.cloudformation.kinds.kind import Hands, Made, Maker, Properties, plain, remade, tagged, without

_EVERYTHING: Properties = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
_AS_GOOD = {"InvalidPermission.Duplicate", "InvalidPermission.NotFound"}
_SIDES = {"ingress": "Source", "egress": "Destination"}
_RULES = ("SecurityGroupIngress", "SecurityGroupEgress")
_ASIDE = ("GroupName", "GroupDescription", *_RULES)


def permission(given: Properties, direction: str) -> dict[str, Any]:
    """A template's rule as the API's ``IpPermission``."""
    side = _SIDES[direction]
    described = {"Description": given["Description"]} if "Description" in given else {}
    peers = {
        "IpRanges": ("CidrIp", given.get("CidrIp")),
        "Ipv6Ranges": ("CidrIpv6", given.get("CidrIpv6")),
        "PrefixListIds": ("PrefixListId", given.get(f"{side}PrefixListId")),
        "UserIdGroupPairs": ("GroupId", given.get(f"{side}SecurityGroupId")),
    }
    named = given.get(f"{side}SecurityGroupName")
    if named:
        peers["UserIdGroupPairs"] = ("GroupName", named)
    ports = {key: given[key] for key in ("FromPort", "ToPort") if key in given}
    written = {kind: [{key: value} | described] for kind, (key, value) in peers.items() if value}
    return {"IpProtocol": given["IpProtocol"]} | ports | written


def _put(hands: Hands, verb: str, direction: str, group: str, rule: Properties) -> None:
    """A rule that stands already, or is gone already, is as good.

    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1532
    """
    wanted = {"GroupId": group, "IpPermissions": [permission(rule, direction)]}
    try:
        hands.call("ec2", f"{verb}_security_group_{direction}", wanted)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _AS_GOOD:
            raise


def _group(hands: Hands, given: Properties) -> Made:
    """AWS's egress rule stands only where the template names none of its own."""
    described = {"Description": given["GroupDescription"], "GroupName": given.get("GroupName", hands.name)}
    wanted = tagged(without(given, *_ASIDE), "security-group") | described
    group = hands.call("ec2", "create_security_group", wanted)["GroupId"]
    if given.get("SecurityGroupEgress"):
        _put(hands, "revoke", "egress", group, _EVERYTHING)
    return _ruled(hands, group, given)


def _ruled(hands: Hands, group: str, given: Properties) -> Made:
    rules = [(direction, rule) for direction in _SIDES for rule in _rules(given, direction)]
    for direction, rule in rules:
        _put(hands, "authorize", direction, group, rule)

    def change(other: Properties) -> Made:
        for direction, rule in rules:
            _put(hands, "revoke", direction, group, rule)
        had, has = bool(_rules(given, "egress")), bool(_rules(other, "egress"))
        if had != has:
            _put(hands, "revoke" if has else "authorize", "egress", group, _EVERYTHING)
        return _ruled(hands, group, other)

    undo = partial(hands.call, "ec2", "delete_security_group", {"GroupId": group})
    return Made(group, undo, {"GroupId": group, "Id": group, "VpcId": given.get("VpcId", "")}, change)


def _rules(given: Properties, direction: str) -> list[Properties]:
    found = given.get(f"SecurityGroup{direction.capitalize()}") or []
    return found if isinstance(found, list) else [found]


def _rule(direction: str) -> Maker:
    def make(hands: Hands, given: Properties) -> Made:
        group = given["GroupId"]
        if direction == "egress":
            _only_what_is_said(hands, group)
        _put(hands, "authorize", direction, group, given)
        undo = partial(_put, hands, "revoke", direction, group, given)
        return Made(f"{group}|{direction}", undo, {}, remade(undo, partial(make, hands)))

    return make


def _only_what_is_said(hands: Hands, group: str) -> None:
    """A first egress rule of its own takes the place of AWS's, as CloudFormation documents it."""
    found = hands.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    rules = found["IpPermissionsEgress"]
    if [rule["IpProtocol"] for rule in rules] == ["-1"] and rules[0].get("IpRanges") == [
        {"CidrIp": "0.0.0.0/0"}
    ]:
        _put(hands, "revoke", "egress", group, _EVERYTHING)


def _entry(hands: Hands, given: Properties) -> Made:
    egress = str(given.get("Egress", False)).lower() == "true"
    renamed = {"IcmpTypeCode": given["Icmp"]} if "Icmp" in given else {}
    wanted = without(given, "Icmp") | renamed | {"Egress": egress}
    hands.call("ec2", "create_network_acl_entry", wanted)
    where = {"NetworkAclId": given["NetworkAclId"], "RuleNumber": given["RuleNumber"], "Egress": egress}
    undo = partial(hands.call, "ec2", "delete_network_acl_entry", where)
    identity = f"{given['NetworkAclId']}|{given['RuleNumber']}|{egress}"
    return Made(identity, undo, {"Id": identity}, remade(undo, partial(_entry, hands)))


def _association(hands: Hands, given: Properties) -> Made:
    before, back = _bound(hands, given["SubnetId"])
    identity = _moved(hands, before, given["NetworkAclId"])

    def undo() -> None:
        _moved(hands, _bound(hands, given["SubnetId"])[0], back)

    return Made(identity, undo, {"AssociationId": identity}, remade(undo, partial(_association, hands)))


def _moved(hands: Hands, association: str, acl: str) -> str:
    wanted = {"AssociationId": association, "NetworkAclId": acl}
    return str(hands.call("ec2", "replace_network_acl_association", wanted)["NewAssociationId"])


def _bound(hands: Hands, subnet: str) -> tuple[str, str]:
    """The association that a subnet always has, and with which ACL."""
    filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
    acls = hands.client("ec2").describe_network_acls(Filters=filters)["NetworkAcls"]
    found = (one for acl in acls for one in acl["Associations"] if one["SubnetId"] == subnet)
    one = next(found)
    return one["NetworkAclAssociationId"], one["NetworkAclId"]


def _public_access(hands: Hands, given: Properties) -> Made:
    """The one setting of the account in this region."""
    hands.call("ec2", "modify_vpc_block_public_access_options", given)
    off = {"InternetGatewayBlockMode": "off"}
    undo = partial(hands.call, "ec2", "modify_vpc_block_public_access_options", off)
    return Made(hands.account, undo, {}, remade(undo, partial(_public_access, hands)))


MAKERS: dict[str, Maker] = {
    "AWS::EC2::VPCBlockPublicAccessOptions": _public_access,
    "AWS::EC2::VPCBlockPublicAccessExclusion": plain(
        "ec2",
        "create_vpc_block_public_access_exclusion",
        "VpcBlockPublicAccessExclusion.ExclusionId",
        tags="vpc-block-public-access-exclusion",
        undo=("delete_vpc_block_public_access_exclusion", "ExclusionId"),
        attributes={"ExclusionId": "VpcBlockPublicAccessExclusion.ExclusionId"},
    ),
    "AWS::EC2::SecurityGroup": _group,
    "AWS::EC2::SecurityGroupIngress": _rule("ingress"),
    "AWS::EC2::SecurityGroupEgress": _rule("egress"),
    "AWS::EC2::NetworkAcl": plain(
        "ec2",
        "create_network_acl",
        "NetworkAcl.NetworkAclId",
        tags="network-acl",
        undo=("delete_network_acl", "NetworkAclId"),
        attributes={"Id": "NetworkAcl.NetworkAclId"},
    ),
    "AWS::EC2::NetworkAclEntry": _entry,
    "AWS::EC2::SubnetNetworkAclAssociation": _association,
}
