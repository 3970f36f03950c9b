"""IAM's decision: a table of policies and what AWS documents that they decide."""

from __future__ import annotations

from typing import Any

import pytest

from probe.lab.iam.conditions import Unrepresentable
from probe.lab.iam.evaluation import Policies, decide
from probe.lab.iam.messages import denial
from probe.lab.iam.policies import Question, Statement, statements
from probe.lab.iam.principals import Principal
from probe.lab.iam.wildcards import Context

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service/exec"
SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:db-AbCdEf"
GET = "secretsmanager:GetSecretValue"
CALLER = Principal(
    f"arn:aws:sts::{ACCOUNT}:assumed-role/exec/0a1b", ACCOUNT, "exec", ROLE, "AROAEXAMPLE", "0a1b"
)


def allow(action: Any = "*", resource: Any = "*", principal: Any = None, **more: Any) -> dict[str, Any]:
    """One Allow statement; ``principal`` makes it a resource or endpoint policy's."""
    made = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return made if principal is None else {**made, "Principal": principal}


def deny(action: Any = "*", resource: Any = "*", principal: Any = None, **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, principal, **more), "Effect": "Deny"}


def document(*parts: dict[str, Any]) -> tuple[Statement, ...]:
    return statements({"Version": "2012-10-17", "Statement": list(parts)})


NO_IDENTITY = f"because no identity-based policy allows the {GET} action"
NO_BOUNDARY = f"because no permissions boundary allows the {GET} action"
NO_ENDPOINT = f"because no VPC endpoint policy allows the {GET} action"
NO_RESOURCE = f"because no resource-based policy allows the {GET} action"
EVERYBODY = document(allow(principal="*"))
MYSELF = [ACCOUNT, ROLE, CALLER.arn]
CALL: Context = {"aws:SecureTransport": "true", "aws:RequestedRegion": "us-east-1"}
BY_REGION = "arn:aws:secretsmanager:${aws:RequestedRegion}:*"
MANAGED = f"arn:aws:iam::{ACCOUNT}:policy/guardrail"

CASES = {
    "nothing-allows": (Policies(), NO_IDENTITY),
    "identity-allows": (Policies(identity=document(allow(GET, SECRET))), ""),
    "action-wildcard": (Policies(identity=document(allow("secretsmanager:Get*"))), ""),
    "action-case-is-folded": (Policies(identity=document(allow("SecretsManager:getsecretvalue"))), ""),
    "resource-case-is-not": (Policies(identity=document(allow(GET, SECRET.upper()))), NO_IDENTITY),
    "question-mark-is-one-letter": (Policies(identity=document(allow(GET, SECRET[:-6] + "??????"))), ""),
    "question-mark-is-not-two": (Policies(identity=document(allow(GET, SECRET[:-6] + "?????"))), NO_IDENTITY),
    "partial-arn-does-not-match": (Policies(identity=document(allow(GET, SECRET[:-7]))), NO_IDENTITY),
    "several-actions": (Policies(identity=document(allow(["ssm:GetParameters", GET]))), ""),
    "not-action-leaves-it-out": (
        Policies(identity=document({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})),
        "",
    ),
    "not-action-names-it": (
        Policies(identity=document({"Effect": "Allow", "NotAction": GET, "Resource": "*"})),
        NO_IDENTITY,
    ),
    "not-resource-names-it": (
        Policies(identity=document({"Effect": "Allow", "Action": "*", "NotResource": SECRET})),
        NO_IDENTITY,
    ),
    "arn-that-is-not-written-to-its-end": (
        Policies(identity=document(allow(GET, "arn:aws:secretsmanager:us-east-1"))),
        "",
    ),
    "variable-of-the-present-language": (Policies(identity=document(allow(GET, BY_REGION))), ""),
    "variable-of-the-language-before-it-is-text": (
        Policies(identity=statements({"Version": "2008-10-17", "Statement": allow(GET, BY_REGION)})),
        NO_IDENTITY,
    ),
    "explicit-deny-wins": (
        Policies(identity=document(allow(), deny(GET))),
        "with an explicit deny in an identity-based policy",
    ),
    "deny-under-false-condition-is-none": (
        Policies(identity=document(allow(), deny(GET, Condition={"Bool": {"aws:SecureTransport": "false"}}))),
        "",
    ),
    "boundary-does-not-allow": (
        Policies(identity=document(allow()), boundary=document(allow("ecr:*"))),
        NO_BOUNDARY,
    ),
    "boundary-alone-gives-nothing": (Policies(boundary=document(allow())), NO_IDENTITY),
    "boundary-denies": (
        Policies(identity=document(allow()), boundary=document(allow(), deny(GET))),
        "with an explicit deny in a permissions boundary",
    ),
    "endpoint-policy-of-everybody": (Policies(identity=document(allow()), endpoint=EVERYBODY), ""),
    "endpoint-policy-lacks-the-action": (
        Policies(identity=document(allow()), endpoint=document(allow("ssm:*", principal="*"))),
        NO_ENDPOINT,
    ),
    "endpoint-policy-names-the-account": (
        Policies(identity=document(allow()), endpoint=document(allow(principal={"AWS": ACCOUNT}))),
        "",
    ),
    "endpoint-policy-names-another-account": (
        Policies(identity=document(allow()), endpoint=document(allow(principal={"AWS": "111122223333"}))),
        NO_ENDPOINT,
    ),
    "endpoint-policy-alone-gives-nothing": (Policies(endpoint=EVERYBODY), NO_IDENTITY),
    "endpoint-policy-denies": (
        Policies(
            identity=document(allow()),
            endpoint=document(allow(principal="*"), deny(GET, principal="*")),
        ),
        "with an explicit deny in a VPC endpoint policy",
    ),
    "resource-policy-names-the-role": (Policies(resource=document(allow(principal={"AWS": ROLE}))), ""),
    "resource-policy-names-the-session": (
        Policies(resource=document(allow(principal={"AWS": CALLER.arn}))),
        "",
    ),
    "resource-policy-names-the-account-only": (
        Policies(resource=document(allow(principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))),
        NO_IDENTITY,
    ),
    "resource-policy-denies": (
        Policies(identity=document(allow()), resource=document(deny(GET, principal="*"))),
        "with an explicit deny in a resource-based policy",
    ),
    "resource-policy-denies-somebody-else": (
        Policies(
            identity=document(allow()),
            resource=document(deny(principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/other"})),
        ),
        "",
    ),
    "not-principal-spares-the-caller": (
        Policies(
            identity=document(allow()),
            resource=document(
                {"Effect": "Deny", "NotPrincipal": {"AWS": MYSELF}, "Action": "*", "Resource": "*"}
            ),
        ),
        "",
    ),
    "not-principal-without-the-session-spares-nobody": (
        Policies(
            identity=document(allow()),
            resource=document(
                {"Effect": "Deny", "NotPrincipal": {"AWS": MYSELF[:2]}, "Action": "*", "Resource": "*"}
            ),
        ),
        "with an explicit deny in a resource-based policy",
    ),
    "denying-policy-is-named-by-its-arn": (
        Policies(identity=(*document(allow()), *statements({"Statement": [deny(GET)]}, MANAGED))),
        f"with an explicit deny in an identity-based policy: {MANAGED}",
    ),
    "session-policy-does-not-allow": (
        Policies(identity=document(allow()), session=document(allow("ecr:*"))),
        f"because no session policy allows the {GET} action",
    ),
    "session-policy-denies": (
        Policies(identity=document(allow()), session=document(allow(), deny(GET))),
        "with an explicit deny in a session policy",
    ),
    "resource-policy-of-the-role-stays-within-the-boundary": (
        Policies(resource=document(allow(principal={"AWS": ROLE})), boundary=document(allow("ecr:*"))),
        NO_BOUNDARY,
    ),
    "resource-policy-of-the-session-needs-no-boundary": (
        Policies(resource=document(allow(principal={"AWS": CALLER.arn})), boundary=document(allow("ecr:*"))),
        "",
    ),
    "every-level-of-the-organization-must-allow": (
        Policies(identity=document(allow()), service_control=(document(allow()), document(allow("ecr:*")))),
        f"because no service control policy allows the {GET} action",
    ),
    "service-control-denies": (
        Policies(identity=document(allow()), service_control=(document(allow(), deny(GET)),)),
        "with an explicit deny in a service control policy",
    ),
    "resource-control-denies": (
        Policies(identity=document(allow()), resource_control=document(deny(GET, principal="*"))),
        "with an explicit deny in a resource control policy",
    ),
    "trust-that-names-nobody": (
        Policies(identity=document(allow()), resource=(), closed=True, resource_kind="role trust policy"),
        f"because no role trust policy allows the {GET} action",
    ),
    "foreign-resource-needs-both": (Policies(identity=document(allow()), foreign=True), NO_RESOURCE),
    "foreign-resource-has-both": (
        Policies(identity=document(allow()), resource=document(allow(principal={"AWS": ROLE})), foreign=True),
        "",
    ),
    "key-policy-does-not-delegate": (
        Policies(identity=document(allow()), resource=document(), closed=True),
        NO_RESOURCE,
    ),
    "key-policy-delegates-to-the-account": (
        Policies(
            identity=document(allow()),
            resource=document(allow(principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})),
            closed=True,
        ),
        "",
    ),
    "key-policy-delegates-and-identity-is-silent": (
        Policies(resource=document(allow(principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})), closed=True),
        NO_IDENTITY,
    ),
}


@pytest.mark.parametrize(("policies", "clause"), CASES.values(), ids=CASES)
def test_decision_names_the_policy_that_decided(policies: Policies, clause: str) -> None:
    """A call is allowed, or refused with the clause that AWS gives as its reason."""
    decision = decide(Question(CALLER, GET, SECRET, CALL), policies)

    assert (not clause, clause) == (decision.allowed, decision.clause)


CONDITIONS = {
    "string-equals": ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, True),
    "key-case-is-folded": ({"StringEquals": {"AWS:sourcevpce": "vpce-1"}}, True),
    "one-of-several": ({"StringEquals": {"aws:SourceVpce": ["vpce-0", "vpce-1"]}}, True),
    "all-keys-must-hold": ({"StringEquals": {"aws:SourceVpce": "vpce-1", "aws:SourceVpc": "vpc-9"}}, False),
    "string-not-equals": ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, False),
    "not-equals-without-the-key": ({"StringNotEquals": {"aws:SourceArn": "x"}}, True),
    "equals-without-the-key": ({"StringEquals": {"aws:SourceArn": "x"}}, False),
    "if-exists-without-the-key": ({"StringEqualsIfExists": {"aws:SourceArn": "x"}}, True),
    "if-exists-with-the-key": ({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-2"}}, False),
    "string-like": ({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}, True),
    "arn-like-part-by-part": ({"ArnLike": {"aws:PrincipalArn": "arn:aws:*:role/service/exec"}}, False),
    "arn-like": ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/service/*"}}, True),
    "bool": ({"Bool": {"aws:SecureTransport": True}}, True),
    "null-of-an-absent-key": ({"Null": {"aws:SourceArn": "true"}}, True),
    "null-of-a-present-key": ({"Null": {"aws:SourceVpce": "true"}}, False),
    "ip-address": ({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}}, True),
    "not-ip-address": ({"NotIpAddress": {"aws:VpcSourceIp": ["10.0.0.0/16", "10.1.0.0/16"]}}, False),
    "date": ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, True),
    "numeric": ({"NumericLessThan": {"s3:max-keys": "10"}}, True),
    "for-all-values-of-nothing": ({"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}, True),
    "for-any-value-of-nothing": ({"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}}, False),
    "variable": ({"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}, True),
    "variable-with-a-default": ({"StringEquals": {"aws:SourceVpc": "${aws:SourceArn, 'vpc-1'}"}}, True),
    "variable-without-a-value": ({"StringNotLike": {"aws:SourceVpc": "${aws:SourceArn}"}}, True),
    "star-that-is-no-wildcard": ({"StringLike": {"aws:SourceVpc": "vpc-${*}"}}, False),
    "star-that-is-a-star": ({"StringEquals": {"aws:ResourceTag/glob": "v${*}"}}, True),
    "star-of-a-variable": ({"StringEquals": {"aws:ResourceTag/glob": "${aws:ResourceTag/glob}"}}, True),
    "star-of-a-variable-is-no-wildcard": (
        {"StringLike": {"aws:SourceVpc": "${aws:ResourceTag/glob}"}},
        False,
    ),
    "for-all-values": ({"ForAllValues:StringEquals": {"aws:CalledVia": ["a", "b", "c"]}}, True),
    "for-all-values-of-some": ({"ForAllValues:StringEquals": {"aws:CalledVia": ["a"]}}, False),
    "for-any-value": ({"ForAnyValue:StringLike": {"aws:CalledVia": ["x", "b*"]}}, True),
    "for-any-value-negated": ({"ForAnyValue:StringNotEquals": {"aws:CalledVia": ["a"]}}, True),
    "null-and-if-exists": (
        {"Null": {"aws:SourceArn": True}, "ArnLikeIfExists": {"aws:SourceArn": "x"}},
        True,
    ),
    "number-that-is-none": ({"NumericEquals": {"aws:SourceVpc": "1"}}, False),
}
CONTEXT: Context = {
    "aws:SourceVpce": "vpce-1",
    "aws:SourceVpc": "vpc-1",
    "aws:VpcSourceIp": "10.0.3.4",
    "aws:PrincipalArn": ROLE,
    "aws:PrincipalAccount": ACCOUNT,
    "aws:ResourceAccount": ACCOUNT,
    "aws:SecureTransport": "true",
    "aws:CurrentTime": "2026-11-24T06:00:00+00:00",
    "s3:max-keys": "9",
    "aws:ResourceTag/glob": "v*",
    "aws:CalledVia": ("a", "b"),
}


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS.values(), ids=CONDITIONS)
def test_condition_holds_as_documented(condition: dict[str, Any], *, holds: bool) -> None:
    """A statement counts only where its whole Condition holds."""
    policies = Policies(identity=document(allow(Condition=condition)))

    assert holds == decide(Question(CALLER, GET, SECRET, CONTEXT), policies).allowed


UNKNOWN = {
    "operator": ({"StringSounds": {"aws:SourceVpce": "vpce-1"}}, "the condition operator StringSounds"),
    "quantifier": (
        {"ForSomeValues:StringEquals": {"aws:TagKeys": "a"}},
        "the condition operator ForSomeValues:StringEquals",
    ),
    "key": ({"StringEquals": {"aws:Weather": "fair"}}, "the condition key aws:Weather"),
}


@pytest.mark.parametrize(("condition", "lack"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_the_lab_does_not_know_is_said(condition: dict[str, Any], lack: str) -> None:
    """A condition that cannot be evaluated neither holds nor fails: it is an error of the lab's."""
    policies = Policies(identity=document(allow(), deny(Condition=condition)))

    with pytest.raises(Unrepresentable, match=lack):
        decide(Question(CALLER, GET, SECRET, CONTEXT), policies)


WORDS = {
    "json-service": (
        GET,
        SECRET,
        f"User: {CALLER.arn} is not authorized to perform: {GET} on resource: {SECRET} {NO_IDENTITY}",
    ),
    "ec2": (
        "ec2:DescribeSubnets",
        "*",
        (
            "You are not authorized to perform this operation. "
            f"User: {CALLER.arn} is not authorized to perform: ec2:DescribeSubnets "
            "because no identity-based policy allows the ec2:DescribeSubnets action"
        ),
    ),
    "s3": (
        "s3:GetObject",
        "arn:aws:s3:::b/k",
        (
            f"User: {CALLER.arn} is not authorized to perform: s3:GetObject on resource: "
            '"arn:aws:s3:::b/k" because no identity-based policy allows the s3:GetObject action'
        ),
    ),
}


@pytest.mark.parametrize(("action", "resource", "words"), WORDS.values(), ids=WORDS)
def test_denial_is_in_the_words_of_the_service(action: str, resource: str, words: str) -> None:
    """AWS's sentence differs between services, and other programs parse it."""
    question = Question(CALLER, action, resource)

    assert words == denial(question, decide(question, Policies()).clause)
