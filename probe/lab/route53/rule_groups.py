"""The calls of DNS Firewall about rule groups, their rules, and their associations with VPCs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call
from probe.lab.api.errors import ApiError
from probe.lab.route53 import shelf

if TYPE_CHECKING:
    from probe.lab.route53.firewall import Firewall

_OF_A_RULE = (
    "FirewallRuleGroupId",
    "FirewallDomainListId",
    "Name",
    "Priority",
    "Action",
    "BlockResponse",
    "BlockOverrideDomain",
    "BlockOverrideDnsType",
    "BlockOverrideTtl",
    "CreatorRequestId",
    "FirewallDomainRedirectionAction",
    "Qtype",
)
_NEEDED_FOR = {
    "BLOCK": ("BlockResponse",),
    "OVERRIDE": ("BlockOverrideDomain", "BlockOverrideDnsType", "BlockOverrideTtl"),
}
_NOT_REPRESENTED = ("DnsThreatProtection", "ConfidenceThreshold", "FirewallRuleType")


def _create(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    shown = shelf.thing(
        call,
        "firewall-rule-group",
        "rslvr-frg",
        OwnerId=call.account,
        ShareStatus="NOT_SHARED",
    )
    firewall.groups[shown["Id"]], firewall.rules[shown["Id"]] = shown, []
    return {"FirewallRuleGroup": _counted(firewall, shown)}


def _get(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    return {"FirewallRuleGroup": _counted(firewall, _group(firewall, call))}


def _list(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    return shelf.page(call, "FirewallRuleGroups", list(firewall.groups.values()))


def _delete(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    shown = _group(firewall, call)
    if any(one["FirewallRuleGroupId"] == shown["Id"] for one in firewall.associations.values()):
        raise ApiError("ConflictException", f"The rule group {shown['Id']} is associated with a VPC")
    del firewall.rules[shown["Id"]]
    return {"FirewallRuleGroup": firewall.groups.pop(shown["Id"])}


def _add_rule(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    unlike = [one for one in _NOT_REPRESENTED if call.params.get(one)]
    if unlike:
        raise ApiError("NotImplemented", f"the lab does not represent {', '.join(unlike)}", 501)
    shelf.found(firewall.lists, call, "FirewallDomainListId", "firewall domain list")
    rules = firewall.rules[_group(firewall, call)["Id"]]
    rule = {key: call.params[key] for key in _OF_A_RULE if key in call.params}
    _check(rule, rules)
    rules.append(rule)
    return {"FirewallRule": rule}


def _check(rule: dict[str, Any], others: list[dict[str, Any]]) -> None:
    """What AWS refuses: a block without its response, an override without its record, a priority twice."""
    needed = (*_NEEDED_FOR.get(rule["Action"], ()), *_NEEDED_FOR.get(rule.get("BlockResponse", ""), ()))
    lacking = [name for name in needed if name not in rule]
    if lacking:
        raise ApiError("ValidationException", f"{', '.join(lacking)} must be specified")
    if any(one["Priority"] == rule["Priority"] for one in others if one is not rule):
        text = f"The priority {rule['Priority']} is already used by another rule of the group"
        raise ApiError("ValidationException", text)


def _rules(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    rules = firewall.rules[_group(firewall, call)["Id"]]
    wanted = {key: call.params[key] for key in ("Priority", "Action") if call.params.get(key) is not None}
    shown = [rule for rule in rules if wanted.items() <= rule.items()]
    return shelf.page(call, "FirewallRules", sorted(shown, key=lambda rule: int(rule["Priority"])))


def _change_rule(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    rule = _rule(firewall, call)
    changed = rule | {key: call.params[key] for key in _OF_A_RULE if key in call.params}
    others = [one for one in firewall.rules[rule["FirewallRuleGroupId"]] if one is not rule]
    _check(changed, others)
    rule.update(changed)
    return {"FirewallRule": rule}


def _delete_rule(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    rule = _rule(firewall, call)
    firewall.rules[rule["FirewallRuleGroupId"]].remove(rule)
    return {"FirewallRule": rule}


def _associate(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    group, given = _group(firewall, call), call.params
    here = [one for one in firewall.associations.values() if one["VpcId"] == given["VpcId"]]
    if any(one["FirewallRuleGroupId"] == group["Id"] for one in here):
        raise ApiError("ConflictException", f"{group['Id']} is already associated with {given['VpcId']}")
    if any(one["Priority"] == given["Priority"] for one in here):
        text = f"The priority {given['Priority']} is already used by another association of the VPC"
        raise ApiError("ConflictException", text)
    shown = shelf.thing(
        call,
        "firewall-rule-group-association",
        "rslvr-frgassoc",
        FirewallRuleGroupId=group["Id"],
        VpcId=given["VpcId"],
        Priority=given["Priority"],
        MutationProtection=given.get("MutationProtection", "DISABLED"),
    )
    firewall.associations[shown["Id"]] = shown
    return {"FirewallRuleGroupAssociation": shown}


def _associations(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    keys = ("FirewallRuleGroupId", "VpcId", "Priority", "Status")
    wanted = {key: call.params[key] for key in keys if call.params.get(key) is not None}
    shown = [one for one in firewall.associations.values() if wanted.items() <= one.items()]
    return shelf.page(call, "FirewallRuleGroupAssociations", shown)


def _association(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    return {"FirewallRuleGroupAssociation": _bound(firewall, call)}


def _change_association(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    shown = _bound(firewall, call)
    keys = ("Priority", "MutationProtection", "Name")
    shown.update({key: call.params[key] for key in keys if key in call.params})
    return {"FirewallRuleGroupAssociation": shown}


def _disassociate(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    shown = _bound(firewall, call)
    if shown["MutationProtection"] == "ENABLED":
        raise ApiError("ConflictException", f"{shown['Id']} is protected against mutations")
    return {"FirewallRuleGroupAssociation": firewall.associations.pop(shown["Id"])}


def _group(firewall: Firewall, call: Call) -> dict[str, Any]:
    return shelf.found(firewall.groups, call, "FirewallRuleGroupId", "firewall rule group")


def _rule(firewall: Firewall, call: Call) -> dict[str, Any]:
    """A rule is known by its group and its domain list, and its query type where it has one."""
    rules, given = firewall.rules[_group(firewall, call)["Id"]], call.params
    keys = ("FirewallDomainListId", "Qtype") if "Qtype" in given else ("FirewallDomainListId",)
    for rule in rules:
        if all(rule.get(key) == given.get(key) for key in keys):
            return rule
    raise ApiError("ResourceNotFoundException", "Cannot find the firewall rule.")


def _bound(firewall: Firewall, call: Call) -> dict[str, Any]:
    noun = "firewall rule group association"
    return shelf.found(firewall.associations, call, "FirewallRuleGroupAssociationId", noun)


def _counted(firewall: Firewall, shown: dict[str, Any]) -> dict[str, Any]:
    return shown | {"RuleCount": len(firewall.rules[shown["Id"]])}


ACTIONS: dict[str, shelf.Action] = {
    "CreateFirewallRuleGroup": _create,
    "GetFirewallRuleGroup": _get,
    "ListFirewallRuleGroups": _list,
    "DeleteFirewallRuleGroup": _delete,
    "CreateFirewallRule": _add_rule,
    "ListFirewallRules": _rules,
    "UpdateFirewallRule": _change_rule,
    "DeleteFirewallRule": _delete_rule,
    "AssociateFirewallRuleGroup": _associate,
    "ListFirewallRuleGroupAssociations": _associations,
    "GetFirewallRuleGroupAssociation": _association,
    "UpdateFirewallRuleGroupAssociation": _change_association,
    "DisassociateFirewallRuleGroup": _disassociate,
}
