"""Policies that refuse: which one it is, and what the printed fix makes of it."""

from __future__ import annotations

import pytest

from probe.diagnosis import diagnose
from probe.diagnosis.commands import document
from probe.evidence.controls import Policy
from probe.model import Call, Failure, Layer, Observation, Status
from tests.builders.cases import (
    ROLE,
    SECRET,
    case,
    everywhere,
    others,
    outcome,
    refused,
    target,
    works,
)
from tests.builders.vpcs import ACCOUNT, REGION, SUBNETS, endpoint, gateway, private_vpc
from tests.diagnosis.refused_calls import (
    DENIED,
    INLINE,
    LAYERS,
    NARROW,
    READ,
    fix_of,
    of_secret,
)


@pytest.mark.parametrize("policy", [NARROW, None], ids=["narrow", "open"])
def test_layers_that_s3_refuses_are_the_gateways_policy(policy: str | None) -> None:
    """The registry redirects to S3, and S3's 403 came through the gateway endpoint."""
    others_there = tuple(endpoint(one) for one in ("ecr.api", "ecr.dkr", "secretsmanager", "logs"))
    snapshot = private_vpc(endpoints=(*others_there, gateway("rtb-1", policy=policy)))
    steps = refused("ecr.dkr", DENIED, facts={"redirect": LAYERS})
    found = diagnose(case(snapshot, *everywhere(*steps, besides=("ecr.dkr",))))
    assert [("endpoint-policy-denies", "vpce-s3")] == [(one.code, one.subject) for one in found]


def test_layers_that_s3_refuses_without_a_gateway_are_unreachable() -> None:
    """No policy of this VPC stands in between."""
    steps = refused("ecr.dkr", DENIED, facts={"redirect": LAYERS})
    found = diagnose(case(private_vpc(endpoints=()), *everywhere(*steps, besides=("ecr.dkr",))))
    assert [("image-layers-unreachable", LAYERS)] == [(one.code, one.subject) for one in found]


def test_the_endpoints_policy_keeps_its_statements() -> None:
    """The fix adds one statement to what is there."""
    closed = tuple(
        endpoint(one, policy=NARROW if one == "secretsmanager" else None)
        for one in ("ecr.api", "ecr.dkr", "secretsmanager", "logs")
    )
    steps = of_secret(DENIED, action=READ, resource=SECRET, policy="vpc endpoint")
    snapshot = private_vpc(endpoints=(*closed, gateway("rtb-1")))
    text = fix_of(diagnose(case(snapshot, *everywhere(*steps, besides=("secretsmanager",)))))
    assert (True, True, True) == ("Narrow" in text, READ in text, "modify-vpc-endpoint" in text)


def test_an_inline_policy_that_denies_loses_that_statement() -> None:
    """It is named by the role that it is attached to, and put again without the denial."""
    policies = (Policy(attached_to=ROLE, kind="identity-based", name="deny-all", document=INLINE),)
    steps = of_secret(DENIED, action=READ, resource=SECRET, policy="identity-based", explicit=True)
    found = diagnose(case(private_vpc(policies=policies), *everywhere(*steps, besides=("secretsmanager",))))
    assert (("explicit-deny", ROLE), True) == (
        (found[0].code, found[0].subject),
        "--policy-name deny-all" in fix_of(found) and "Deny" not in fix_of(found),
    )


def test_a_managed_policy_that_denies_is_the_subject() -> None:
    """Its own ARN is what to change: its next version goes without the denial."""
    name = f"arn:aws:iam::{ACCOUNT}:policy/guardrail"
    allowed = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    denied = {"Effect": "Deny", "Action": "secretsmanager:*", "Resource": "*"}
    policies = (
        Policy(attached_to=ROLE, kind="permissions boundary", name=name, document=document(allowed, denied)),
        Policy(attached_to=ROLE, kind="identity-based", name="start", document=document(allowed)),
    )
    steps = of_secret(DENIED, action=READ, resource=SECRET, policy="permissions boundary", explicit=True)
    found = diagnose(case(private_vpc(policies=policies), *everywhere(*steps, besides=("secretsmanager",))))
    command = (
        f"aws iam create-policy-version --policy-arn {name} --policy-document '{document(allowed)}' "
        "--set-as-default"
    )
    assert [("explicit-deny", name, (command,))] == [(one.code, one.subject, one.fix.cli) for one in found]


def test_a_boundary_that_allows_nothing_else_is_its_owners() -> None:
    """A policy without a statement is none, and without its boundary the role might do everything."""
    name = f"arn:aws:iam::{ACCOUNT}:policy/guardrail"
    policies = (Policy(attached_to=ROLE, kind="permissions boundary", name=name, document=INLINE),)
    steps = of_secret(DENIED, action=READ, resource=SECRET, policy="permissions boundary", explicit=True)
    found = diagnose(case(private_vpc(policies=policies), *everywhere(*steps, besides=("secretsmanager",))))
    assert ("explicit-deny", name, ()) == (found[0].code, found[0].subject, found[0].fix.cli)


@pytest.mark.parametrize(
    ("resource", "command"),
    [
        (SECRET, "aws secretsmanager put-resource-policy"),
        (f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/checkout", "aws ecr set-repository-policy"),
        ("arn:aws:s3:::bucket", "aws s3api put-bucket-policy"),
    ],
)
def test_a_known_resource_policy_gains_a_statement(resource: str, command: str) -> None:
    """One that could not be read is left to its owner."""
    policies = (Policy(attached_to=resource, kind="resource-based", name="policy", document=NARROW),)
    steps = of_secret(DENIED, action=READ, resource=resource, policy="resource-based")
    text = fix_of(
        diagnose(case(private_vpc(policies=policies), *everywhere(*steps, besides=("secretsmanager",))))
    )
    assert text.startswith(command)


def test_an_endpoint_that_denies_outright_loses_that_statement() -> None:
    """What else its policy says stays."""
    kept = '{"Sid": "Kept", "Effect": "Allow", "Action": "*", "Resource": "*"}'
    policy = INLINE.replace("]}", f", {kept}]}}")
    closed = tuple(
        endpoint(one, policy=policy if one == "secretsmanager" else None)
        for one in ("ecr.api", "ecr.dkr", "secretsmanager", "logs")
    )
    steps = of_secret(DENIED, action=READ, resource=SECRET, policy="vpc endpoint", explicit=True)
    snapshot = private_vpc(endpoints=(*closed, gateway("rtb-1")))
    text = fix_of(diagnose(case(snapshot, *everywhere(*steps, besides=("secretsmanager",)))))
    assert (True, False) == ("Kept" in text, "Deny" in text)


@pytest.mark.parametrize("document", ["no policy", "[]", '{"Statement": {"Effect": "Allow"}}'])
def test_an_endpoint_policy_that_cannot_be_parsed_is_replaced(document: str) -> None:
    """With a statement for what was refused; a single statement is kept beside it."""
    closed = tuple(
        endpoint(one, policy=document if one == "secretsmanager" else None)
        for one in ("ecr.api", "ecr.dkr", "secretsmanager", "logs")
    )
    steps = of_secret(DENIED, action=READ, resource=SECRET, policy="vpc endpoint")
    snapshot = private_vpc(endpoints=(*closed, gateway("rtb-1")))
    assert READ in fix_of(diagnose(case(snapshot, *everywhere(*steps, besides=("secretsmanager",)))))


@pytest.mark.parametrize(
    ("suffix", "operation", "reference", "resource"),
    [
        (
            "ssm",
            "ssm:GetParameters",
            "/checkout/url",
            f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/checkout/url",
        ),
        (
            "ssm",
            "ssm:GetParameters",
            "arn:aws:ssm:eu-west-1:1:parameter/a",
            "arn:aws:ssm:eu-west-1:1:parameter/a",
        ),
        (
            "ecr.dkr",
            "registry:Pull",
            f"111122223333.dkr.ecr.{REGION}.amazonaws.com/a/b:1",
            f"arn:aws:ecr:{REGION}:111122223333:repository/a/b",
        ),
        ("ecr.api", "ecr:GetAuthorizationToken", ACCOUNT, "*"),
        ("kms", "kms:DescribeKey", "alias/x", "arn:aws:kms:*:*:key/*"),
    ],
)
def test_a_refusal_without_a_resource_is_written_as_iam_writes_it(
    suffix: str, operation: str, reference: str, resource: str
) -> None:
    """From the reference of the call, where AWS's words were cut."""
    asked = target(suffix, Call(operation=operation, reference=reference))
    failure = Failure(operation=operation, kind=DENIED, words="denied")
    told = Observation(
        target=suffix,
        layer=Layer.CALL,
        operation=operation,
        status=Status.FAIL,
        reference=reference,
        failure=failure,
    )
    rest = works(*others(suffix), target(suffix))
    found = diagnose(
        case(
            private_vpc(),
            *(outcome(one, told, *rest) for one in SUBNETS),
            targets=(*others(suffix), asked),
        )
    )
    assert f'"Resource":"{resource}"' in fix_of(found)
