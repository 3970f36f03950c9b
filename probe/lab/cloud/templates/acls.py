"""Network ACLs, their entries, and which subnet has which."""

from __future__ import annotations

from typing import Any

from probe.lab.cloud.templates.resource import Made, Maker, Properties


def _acl(ec2: Any, given: Properties) -> Made:
    made = ec2.create_network_acl(given["VpcId"], given.get("Tags"))
    return Made(made.id, lambda: ec2.delete_network_acl(made.id))


def _entry(ec2: Any, given: Properties) -> Made:
    acl, number, egress = given["NetworkAclId"], int(given["RuleNumber"]), _true(given.get("Egress", False))
    ports, icmp = given.get("PortRange") or {}, given.get("Icmp") or {}
    ec2.create_network_acl_entry(
        acl,
        number,
        str(given["Protocol"]),
        given["RuleAction"],
        egress,
        given.get("CidrBlock"),
        icmp.get("Code"),
        icmp.get("Type"),
        ports.get("From"),
        ports.get("To"),
        given.get("Ipv6CidrBlock"),
    )
    return Made(f"{acl}|{number}|{egress}", lambda: ec2.delete_network_acl_entry(acl, number, egress))


def _association(ec2: Any, given: Properties) -> Made:
    before = _bound(ec2, given["SubnetId"])
    made = ec2.replace_network_acl_association(before.id, given["NetworkAclId"])
    back = before.network_acl_id
    return Made(
        made.new_association_id,
        lambda: ec2.replace_network_acl_association(_bound(ec2, given["SubnetId"]).id, back),
    )


def _bound(ec2: Any, subnet: str) -> Any:
    """The association of a subnet, which always has one."""
    bound = (each for acl in ec2.network_acls.values() for each in acl.associations)
    return next(each for each in bound if each.subnet_id == subnet)


def _true(value: Any) -> bool:
    return str(value).lower() == "true"


MAKERS: dict[str, Maker] = {
    "AWS::EC2::NetworkAcl": _acl,
    "AWS::EC2::NetworkAclEntry": _entry,
    "AWS::EC2::SubnetNetworkAclAssociation": _association,
}
