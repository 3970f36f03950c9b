"""Security group rules: egress, which moto drops, and peers that it does not read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from probe.lab.cloud.templates.resource import Made, Maker, Properties

_EVERYTHING: Properties = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}


def _rule(given: Properties, *, egress: bool) -> dict[str, Any]:
    """A template's rule in the words of moto's backend."""
    side = "Destination" if egress else "Source"
    blocks = [{key: given[key]} for key in ("CidrIp", "CidrIpv6") if given.get(key)]
    group, prefix = given.get(f"{side}SecurityGroupId"), given.get(f"{side}PrefixListId")
    return {
        "ip_protocol": str(given["IpProtocol"]),
        "from_port": given.get("FromPort"),
        "to_port": given.get("ToPort"),
        "ip_ranges": blocks,
        "source_groups": [{"GroupId": group}] if group else [],
        "prefix_list_ids": [{"PrefixListId": prefix}] if prefix else [],
    }


def _maker(*, egress: bool) -> Maker:
    name = "egress" if egress else "ingress"

    def make(ec2: Any, given: Properties) -> Made:
        group, rule = given["GroupId"], _rule(given, egress=egress)
        getattr(ec2, f"authorize_security_group_{name}")(group, **rule)
        return Made(f"{group}|{name}", lambda: getattr(ec2, f"revoke_security_group_{name}")(group, **rule))

    return make


def _group(original: Callable[..., Any]) -> Callable[..., Any]:
    """A group with all of its rules: those of the template, and AWS's egress only where it names none."""

    def create(name: str, template: Mapping[str, Any], *args: Any, **kwargs: Any) -> Any:
        given = dict(template["Properties"])
        inside, outside = given.pop("SecurityGroupIngress", []), given.pop("SecurityGroupEgress", None)
        group = original(name, {**template, "Properties": given}, *args, **kwargs)
        for each in inside:
            group.ec2_backend.authorize_security_group_ingress(group.id, **_rule(each, egress=False))
        if outside:
            group.ec2_backend.revoke_security_group_egress(group.id, **_rule(_EVERYTHING, egress=True))
        for each in outside or ():
            group.ec2_backend.authorize_security_group_egress(group.id, **_rule(each, egress=True))
        return group

    return create


MAKERS: dict[str, Maker] = {
    "AWS::EC2::SecurityGroupEgress": _maker(egress=True),
    "AWS::EC2::SecurityGroupIngress": _maker(egress=False),
}
COMPLETIONS = {"AWS::EC2::SecurityGroup": _group}
