"""Whose policy refuses: the role's own, a key's that nobody could read, or one of the organization."""

from __future__ import annotations

import pytest

from probe.diagnosis import diagnose
from probe.diagnosis.commands import document
from probe.evidence.controls import Policy
from probe.evidence.snapshot import Denied
from tests.builders.cases import ROLE, SECRET, case, everywhere
from tests.builders.vpcs import ACCOUNT, private_vpc
from tests.diagnosis.refused_calls import DENIED, KEY, READ, of_secret

_ALL = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
HOLDS = Policy(attached_to=ROLE, kind="identity-based", name="all", document=document(_ALL))
DELEGATES = Policy(
    attached_to=KEY,
    kind="resource-based",
    name="default",
    document=document({**_ALL, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}),
)


@pytest.mark.parametrize(
    ("statements", "commands", "words"),
    [
        ([{"Effect": "Allow", "Action": READ, "Resource": "*"}], [], "names no policy"),
        ([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}], ["put-role-policy"], "Nothing attached"),
    ],
    ids=["held", "lacking"],
)
def test_a_denial_that_names_no_policy_grants_only_what_the_role_lacks(
    statements: list[dict[str, str]], commands: list[str], words: str
) -> None:
    """What the role holds already, another policy refuses, and the finding says which may."""
    policies = (Policy(attached_to=ROLE, kind="identity-based", name="p", document=document(*statements)),)
    steps = of_secret(DENIED, action=READ, resource=SECRET)
    found = diagnose(case(private_vpc(policies=policies), *everywhere(*steps, besides=("secretsmanager",))))
    assert [(commands, True)] == [
        ([line.split()[2] for line in one.fix.cli], words in one.explanation) for one in found
    ]


@pytest.mark.parametrize("explicit", [False, True], ids=["not-admitted", "denied"])
@pytest.mark.parametrize(
    ("policy", "who"),
    [
        (
            "service control",
            "list-policies-for-target --filter SERVICE_CONTROL_POLICY --target-id 123456789012",
        ),
        ("resource control", "organization of the resource"),
        ("session", "Whoever assumes the role"),
    ],
)
def test_a_policy_that_is_not_the_accounts_has_no_command_and_an_owner(
    policy: str, who: str, explicit: object
) -> None:
    """Nothing that is attached to the role makes up for it; the finding says whom to ask."""
    steps = of_secret(DENIED, action=READ, resource=SECRET, policy=policy, explicit=explicit)
    (found,) = diagnose(case(private_vpc(), *everywhere(*steps, besides=("secretsmanager",))))
    assert ((), True) == (found.fix.cli, who in found.explanation)


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        (Denied(action="iam:ListRolePolicies", resource=ROLE, words="no"), (["put-role-policy"], True)),
        ((HOLDS,), ([], True)),
        ((HOLDS, DELEGATES), ([], False)),
    ],
    ids=["nothing-read", "key-unread", "both-read"],
)
def test_an_unread_key_policy_is_said_and_no_useless_grant_is_printed(
    policies: object, expected: tuple[list[str], bool]
) -> None:
    """Where the role holds the right already, only the key's policy can refuse."""
    steps = of_secret(DENIED, action="kms:Decrypt", resource=KEY)
    network = private_vpc(policies=policies)
    (found,) = diagnose(case(network, *everywhere(*steps, besides=("secretsmanager",))))
    assert expected == (
        [line.split()[2] for line in found.fix.cli],
        "get-key-policy" in found.explanation,
    )
