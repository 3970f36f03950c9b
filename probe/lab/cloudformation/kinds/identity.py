"""IAM roles and policies, and KMS keys."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from probe.lab.cloudformation.kinds.kind import Hands, Made, Maker, Properties, plain, remade, without

_HOLDERS = {"Roles": ("role", "RoleName"), "Users": ("user", "UserName"), "Groups": ("group", "GroupName")}


def _role(hands: Hands, given: Properties) -> Made:
    wanted = {"RoleName": hands.name} | without(given, "ManagedPolicyArns", "Policies")
    answer = hands.call("iam", "create_role", wanted)["Role"]
    return _granted(hands, answer, given)


def _granted(hands: Hands, role: Properties, given: Properties) -> Made:
    name = {"RoleName": role["RoleName"]}
    managed, inline = given.get("ManagedPolicyArns", ()), given.get("Policies", ())
    for arn in managed:
        hands.call("iam", "attach_role_policy", name | {"PolicyArn": arn})
    for policy in inline:
        hands.call("iam", "put_role_policy", name | dict(policy))

    def bare() -> None:
        for arn in managed:
            hands.call("iam", "detach_role_policy", name | {"PolicyArn": arn})
        for policy in inline:
            hands.call("iam", "delete_role_policy", name | {"PolicyName": policy["PolicyName"]})

    def undo() -> None:
        bare()
        hands.call("iam", "delete_role", name)

    def change(other: Properties) -> Made:
        bare()
        trust = {"PolicyDocument": other["AssumeRolePolicyDocument"]}
        hands.call("iam", "update_assume_role_policy", name | trust)
        return _granted(hands, role, other)

    return Made(role["RoleName"], undo, {"Arn": role["Arn"], "RoleId": role["RoleId"]}, change)


def _inline(hands: Hands, given: Properties) -> Made:
    """A policy written into every role, user and group that it names."""
    holders = list(_named(given))
    for kind, member, holder in holders:
        wanted = {key: given[key] for key in ("PolicyName", "PolicyDocument")} | {member: holder}
        hands.call("iam", f"put_{kind}_policy", wanted)

    def undo() -> None:
        for kind, member, holder in holders:
            gone = {member: holder, "PolicyName": given["PolicyName"]}
            hands.call("iam", f"delete_{kind}_policy", gone)

    return Made(hands.name, undo, {"Id": hands.name}, remade(undo, partial(_inline, hands)))


def _role_policy(hands: Hands, given: Properties) -> Made:
    return _inline(hands, without(given, "RoleName") | {"Roles": [given["RoleName"]]})


def _managed(hands: Hands, given: Properties) -> Made:
    wanted = {"PolicyName": hands.name} | without(given, "ManagedPolicyName", *_HOLDERS)
    if "ManagedPolicyName" in given:
        wanted["PolicyName"] = given["ManagedPolicyName"]
    arn = hands.call("iam", "create_policy", wanted)["Policy"]["Arn"]
    holders = list(_named(given))
    for kind, member, holder in holders:
        hands.call("iam", f"attach_{kind}_policy", {member: holder, "PolicyArn": arn})

    def undo() -> None:
        for kind, member, holder in holders:
            hands.call("iam", f"detach_{kind}_policy", {member: holder, "PolicyArn": arn})
        hands.call("iam", "delete_policy", {"PolicyArn": arn})

    return Made(arn, undo, {"PolicyArn": arn}, remade(undo, partial(_managed, hands)))


def _named(given: Properties) -> Iterable[tuple[str, str, Any]]:
    return (
        (kind, member, holder) for name, (kind, member) in _HOLDERS.items() for holder in given.get(name, ())
    )


def _profile(hands: Hands, given: Properties) -> Made:
    wanted = {"InstanceProfileName": hands.name} | without(given, "Roles")
    made = hands.call("iam", "create_instance_profile", wanted)["InstanceProfile"]
    name = {"InstanceProfileName": made["InstanceProfileName"]}
    for role in given.get("Roles", ()):
        hands.call("iam", "add_role_to_instance_profile", name | {"RoleName": role})

    def undo() -> None:
        for role in given.get("Roles", ()):
            hands.call("iam", "remove_role_from_instance_profile", name | {"RoleName": role})
        hands.call("iam", "delete_instance_profile", name)

    return Made(made["InstanceProfileName"], undo, {"Arn": made["Arn"]})


def _service_linked(hands: Hands, given: Properties) -> Made:
    """One that exists already is as good: AWS makes most of them by itself."""
    service = given["AWSServiceName"]
    with suppress(ClientError):
        hands.call("iam", "create_service_linked_role", given)
    return Made(f"AWSServiceRoleFor{service.split('.')[0].capitalize()}")


def _key(hands: Hands, given: Properties) -> Made:
    aside = (
        "KeyPolicy",
        "EnableKeyRotation",
        "Enabled",
        "PendingWindowInDays",
        "RotationPeriodInDays",
        "Tags",
    )
    policy = {"Policy": given["KeyPolicy"]} if "KeyPolicy" in given else {}
    answer = hands.call("kms", "create_key", without(given, *aside) | policy)["KeyMetadata"]
    identity = {"KeyId": answer["KeyId"]}
    if str(given.get("Enabled", True)).lower() == "false":
        hands.call("kms", "disable_key", identity)

    def change(other: Properties) -> Made:
        if "KeyPolicy" in other:
            wanted = {"PolicyName": "default", "Policy": other["KeyPolicy"]}
            hands.call("kms", "put_key_policy", identity | wanted)
        off = str(other.get("Enabled", True)).lower() == "false"
        hands.call("kms", "disable_key" if off else "enable_key", identity)
        return made

    undo = partial(hands.call, "kms", "schedule_key_deletion", identity)
    made = Made(answer["KeyId"], undo, {"Arn": answer["Arn"], "KeyId": answer["KeyId"]}, change)
    return made


def _alias(hands: Hands, given: Properties) -> Made:
    hands.call("kms", "create_alias", given)
    undo = partial(hands.call, "kms", "delete_alias", {"AliasName": given["AliasName"]})
    return Made(given["AliasName"], undo, {}, remade(undo, partial(_alias, hands)))


MAKERS: dict[str, Maker] = {
    "AWS::IAM::Role": _role,
    "AWS::IAM::Policy": _inline,
    "AWS::IAM::RolePolicy": _role_policy,
    "AWS::IAM::ManagedPolicy": _managed,
    "AWS::IAM::InstanceProfile": _profile,
    "AWS::IAM::ServiceLinkedRole": _service_linked,
    "AWS::IAM::User": plain(
        "iam",
        "create_user",
        "User.UserName",
        named="UserName",
        undo=("delete_user", "UserName"),
        attributes={"Arn": "User.Arn"},
        unheard=("LoginProfile", "Groups", "ManagedPolicyArns", "Policies"),
    ),
    "AWS::IAM::Group": plain(
        "iam",
        "create_group",
        "Group.GroupName",
        named="GroupName",
        undo=("delete_group", "GroupName"),
        attributes={"Arn": "Group.Arn"},
        unheard=("ManagedPolicyArns", "Policies"),
    ),
    "AWS::KMS::Key": _key,
    "AWS::KMS::Alias": _alias,
}
