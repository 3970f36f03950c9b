"""The calls of DNS Firewall about domain lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call
from probe.lab.api.errors import ApiError
from probe.lab.route53 import shelf

if TYPE_CHECKING:
    from probe.lab.route53.firewall import Firewall

KIND = "firewall-domain-list"


def _create(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    shown = shelf.thing(call, KIND, "rslvr-fdl")
    firewall.lists[shown["Id"]], firewall.domains[shown["Id"]] = shown, []
    return {"FirewallDomainList": _shown(firewall, shown)}


def _get(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    return {"FirewallDomainList": _shown(firewall, _found(firewall, call))}


def _list(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    return shelf.page(call, "FirewallDomainLists", list(firewall.lists.values()))


def _domains(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    return shelf.page(call, "Domains", [f"{one}." for one in firewall.domains[_found(firewall, call)["Id"]]])


def _update(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    shown = _found(firewall, call)
    given = [str(one).rstrip(".") for one in call.params["Domains"]]
    kept = firewall.domains[shown["Id"]]
    match call.params["Operation"]:
        case "ADD":
            kept = [*kept, *(one for one in given if one not in kept)]
        case "REMOVE":
            kept = [one for one in kept if one not in given]
        case _:
            kept = given
    firewall.domains[shown["Id"]] = kept
    return {key: shown[key] for key in ("Id", "Name", "Status", "StatusMessage")}


def _delete(firewall: Firewall, call: Call) -> Mapping[str, Any]:
    shown = _found(firewall, call)
    used = (rule["FirewallDomainListId"] for rules in firewall.rules.values() for rule in rules)
    if shown["Id"] in used:
        text = f"The domain list {shown['Id']} is in use by a rule"
        raise ApiError("ConflictException", text)
    del firewall.domains[shown["Id"]]
    return {"FirewallDomainList": firewall.lists.pop(shown["Id"])}


def _found(firewall: Firewall, call: Call) -> dict[str, Any]:
    return shelf.found(firewall.lists, call, "FirewallDomainListId", "firewall domain list")


def _shown(firewall: Firewall, shown: dict[str, Any]) -> dict[str, Any]:
    return shown | {"DomainCount": len(firewall.domains[shown["Id"]])}


ACTIONS: dict[str, shelf.Action] = {
    "CreateFirewallDomainList": _create,
    "GetFirewallDomainList": _get,
    "ListFirewallDomainLists": _list,
    "ListFirewallDomains": _domains,
    "UpdateFirewallDomains": _update,
    "DeleteFirewallDomainList": _delete,
}
