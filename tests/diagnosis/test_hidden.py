"""What would refuse next: AWS names one policy, and configuration the others."""

from __future__ import annotations

from typing import Any

import pytest

from probe.diagnosis import diagnose
from probe.diagnosis.commands import document
from probe.evidence.controls import Key, Policy, Simulated
from probe.evidence.snapshot import Snapshot
from probe.model import Confidence, Failure, Layer, Observation, Road, Status
from tests.builders.cases import ROLE, SECRET, case, everywhere, refused
from tests.builders.vpcs import ACCOUNT, endpoint, gateway, private_vpc
from tests.diagnosis.refused_calls import DENIED, KEY, LAYERS, NARROW, READ, of_secret

BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/edge"
DECRYPT = "kms:Decrypt"


def statement(action: str, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": "*", **more}


def policy(
    *statements: dict[str, Any], on: str = ROLE, kind: str = "identity-based", name: str = "start"
) -> Policy:
    return Policy(attached_to=on, kind=kind, name=name, document=document(*statements))


def simulated(action: str, resource: str, decision: str = "implicitDeny", **limits: bool) -> Simulated:
    return Simulated(action=action, resource=resource, decision=decision, **limits)


DELEGATING: dict[str, Any] = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
ENCRYPTED = Key(arn=KEY, state="Enabled", protects=(SECRET,))
TOLD_OF_A_LAYER = (
    Observation(
        target="s3",
        layer=Layer.CALL,
        operation="s3:GetObject",
        status=Status.FAIL,
        road=Road.STOP_REASON,
        failure=Failure(operation="s3:GetObject", kind=DENIED, words="403 Forbidden"),
    ),
)
ALLOWED = policy(statement("*"))
SHUT = tuple(
    endpoint(one, policy=NARROW if one == "secretsmanager" else None)
    for one in ("ecr.api", "ecr.dkr", "secretsmanager", "logs")
)


def vpc(**parts: Any) -> Snapshot:
    """The small VPC, with a role that may everything unless ``parts`` say otherwise."""
    return private_vpc(**{"policies": (ALLOWED,), **parts})


BEHIND = {
    "nothing": ("resource-based", vpc(), []),
    "identity": (
        "resource-based",
        vpc(policies=(policy(statement("ecr:*")),)),
        [("identity-policy-denies", ROLE)],
    ),
    "identity-by-the-simulator": (
        "resource-based",
        vpc(simulated=(simulated(READ, SECRET),)),
        [("identity-policy-denies", ROLE)],
    ),
    "condition-that-may-hold": (
        "resource-based",
        vpc(policies=(policy(statement(READ, Condition={"Bool": {"aws:SecureTransport": "true"}})),)),
        [],
    ),
    "boundary": (
        "resource-based",
        vpc(policies=(ALLOWED, policy(statement("ecr:*"), kind="permissions boundary", name=BOUNDARY))),
        [("identity-policy-denies", ROLE)],
    ),
    "boundary-that-admits": (
        "resource-based",
        vpc(policies=(ALLOWED, policy(statement("secrets*:*"), kind="permissions boundary", name=BOUNDARY))),
        [],
    ),
    "organization-by-the-simulator": (
        "resource-based",
        vpc(simulated=(simulated(READ, SECRET, organization=False),)),
        [("identity-policy-denies", ROLE)],
    ),
    "endpoint": (
        "identity-based",
        vpc(endpoints=(*SHUT, gateway("rtb-1"))),
        [("endpoint-policy-denies", "vpce-secretsmanager")],
    ),
    "secret": (
        "identity-based",
        vpc(
            policies=(
                policy(statement(READ, "Deny", Principal="*"), on=SECRET, kind="resource-based", name=SECRET),
            )
        ),
        [("explicit-deny", SECRET)],
    ),
    "disabled-key": (
        "identity-based",
        vpc(keys=(Key(arn=KEY, state="Disabled", protects=(SECRET,)),)),
        [("kms-key-unusable", KEY)],
    ),
    "key-of-others": (
        "identity-based",
        vpc(
            keys=(ENCRYPTED,),
            policies=(
                policy(statement("kms:*", Principal={"AWS": "x"}), on=KEY, kind="resource-based", name=KEY),
            ),
        ),
        [("kms-key-denies", KEY)],
    ),
    "key-that-delegates-to-a-role-without": (
        "identity-based",
        vpc(
            keys=(ENCRYPTED,),
            policies=(policy(statement("kms:*", **DELEGATING), on=KEY, kind="resource-based", name=KEY),),
            simulated=(simulated(DECRYPT, KEY),),
        ),
        [("kms-key-denies", KEY)],
    ),
    "key-that-delegates-to-a-role-with": (
        "identity-based",
        vpc(
            keys=(ENCRYPTED,),
            policies=(policy(statement("kms:*", **DELEGATING), on=KEY, kind="resource-based", name=KEY),),
            simulated=(simulated(DECRYPT, KEY, "allowed"),),
        ),
        [],
    ),
    "key-unread": ("identity-based", vpc(keys=(ENCRYPTED,)), []),
}


@pytest.mark.parametrize(("kind", "snapshot", "expected"), BEHIND.values(), ids=BEHIND)
def test_what_would_refuse_next_is_named_too(
    kind: str, snapshot: Snapshot, expected: list[tuple[str, str]]
) -> None:
    """Inferred, for nobody got so far; what may let it pass is not accused."""
    steps = of_secret(DENIED, action=READ, resource=SECRET, policy=kind)
    found = diagnose(case(snapshot, *everywhere(*steps, besides=("secretsmanager",))))
    inferred = [(one.code, one.subject) for one in found if one.confidence is Confidence.INFERRED]
    assert expected == inferred


def test_a_boundary_and_a_missing_grant_are_mended_together() -> None:
    """One finding about the role: its own policy gains the statement, and so does the boundary."""
    edge = policy(statement("ecr:*"), kind="permissions boundary", name=BOUNDARY)
    steps = of_secret(DENIED, action=READ, resource=SECRET, policy="identity-based")
    (found,) = diagnose(case(vpc(policies=(edge,)), *everywhere(*steps, besides=("secretsmanager",))))
    assert ("identity-policy-denies", ["put-role-policy", "create-policy-version"]) == (
        found.code,
        [line.split()[2] for line in found.fix.cli],
    )


@pytest.mark.parametrize(
    ("at", "step"),
    [
        ("s3", TOLD_OF_A_LAYER),
        ("ecr.dkr", refused("ecr.dkr", DENIED, facts={"redirect": LAYERS})),
    ],
    ids=["told-by-a-stop-reason", "told-by-the-pull"],
)
def test_no_policy_of_the_role_is_behind_a_refused_layer(at: str, step: tuple[Observation, ...]) -> None:
    """Layers come by URLs that ECR signed: only the endpoint's policy stands between."""
    shut = (
        *(endpoint(one) for one in ("ecr.api", "ecr.dkr", "secretsmanager", "logs")),
        gateway("rtb-1", policy=NARROW),
    )
    there = vpc(endpoints=shut, policies=(policy(statement("ecr:*")),))
    found = diagnose(case(there, *everywhere(*step, besides=(at,))))
    assert [("endpoint-policy-denies", "vpce-s3")] == [(one.code, one.subject) for one in found]
