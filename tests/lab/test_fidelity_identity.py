"""AWS's documented rules of policy evaluation, tried against what the lab serves: one row a rule."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from probe.lab.cloud import Cloud
from probe.lab.iam import Credentials
from tests.lab.cloud.callers import Caller, role
from tests.lab.cloud.networks import Network

_USER_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
LOGIC = f"{_USER_GUIDE}reference_policies_evaluation-logic_policy-eval-denyallow.html"
WITHIN = f"{_USER_GUIDE}reference_policies_evaluation-logic_policy-eval-basics.html"
ACROSS = f"{_USER_GUIDE}reference_policies_evaluation-logic-cross-account.html"
BOUNDARIES = f"{_USER_GUIDE}access_policies_boundaries.html"
SESSIONS = f"{_USER_GUIDE}access_policies.html#policies_session"
KEYS = f"{_USER_GUIDE}reference_policies_condition-keys.html"
OPERATORS = f"{_USER_GUIDE}reference_policies_elements_condition_operators.html"
SEVERAL = f"{_USER_GUIDE}reference_policies_condition-single-vs-multi-valued-context-keys.html"
ELEMENTS = f"{_USER_GUIDE}reference_policies_elements.html"
VARIABLES = f"{_USER_GUIDE}reference_policies_variables.html"
ENDPOINTS = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"
SCPS = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html"
RCPS = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html"

GET = "secretsmanager:GetSecretValue"
OTHER = "111122223333"
_NUMBERS = itertools.count(1)


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    """An Allow statement on everything, unless ``more`` says otherwise."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"} | more


def deny(*actions: str, **more: Any) -> dict[str, Any]:
    return allow(*actions, **more) | {"Effect": "Deny"}


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    """A Condition of one operator and one key."""
    return {"Condition": {operator: {key: value}}}


def unless_allowed(kind: str) -> str:
    return f"because no {kind} allows the {GET} action"


def denied_by(kind: str) -> str:
    return f"with an explicit deny in {kind}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One rule: its page, the policies, and how AWS ends its refusal (nothing where it lets the call pass).

    ``{role}`` in a resource policy is the caller's, ``{session}`` its session.  ``tags`` are the secret's,
    ``foreign`` puts the secret into another account.
    """

    page: str
    identity: tuple[dict[str, Any], ...] = ()
    boundary: tuple[dict[str, Any], ...] = ()
    session: tuple[dict[str, Any], ...] = ()
    resource: tuple[dict[str, Any], ...] = ()
    endpoint: tuple[dict[str, Any], ...] = ()
    service_control: tuple[dict[str, Any], ...] = ()
    resource_control: tuple[dict[str, Any], ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    foreign: bool = False
    refused: str = ""


EVERYBODY = {"Principal": "*"}
ROLE, SESSION = {"Principal": {"AWS": "{role}"}}, {"Principal": {"AWS": "{session}"}}
ACCOUNT = {"Principal": {"AWS": "123456789012"}}
ALL = (allow("*"),)
NO_IDENTITY = unless_allowed("identity-based policy")

ROWS = {
    "denied-by-default": Row(page=LOGIC, refused=NO_IDENTITY),
    "identity-allows": Row(page=WITHIN, identity=(allow(GET),)),
    "wildcard-action": Row(page=ELEMENTS, identity=(allow("secretsmanager:Get*"),)),
    "not-action-excludes": Row(
        page=ELEMENTS, identity=({"Effect": "Allow", "NotAction": GET, "Resource": "*"},), refused=NO_IDENTITY
    ),
    "not-resource-excludes": Row(
        page=ELEMENTS,
        identity=({"Effect": "Allow", "Action": GET, "NotResource": "arn:aws:secretsmanager:*"},),
        refused=NO_IDENTITY,
    ),
    "explicit-deny-overrides": Row(
        page=LOGIC, identity=(allow("*"), deny(GET)), refused=denied_by("an identity-based policy")
    ),
    "resource-policy-of-the-role-is-enough": Row(page=WITHIN, resource=(allow(GET, **ROLE),)),
    "resource-policy-of-the-account-delegates": Row(
        page=WITHIN, resource=(allow(GET, **ACCOUNT),), refused=NO_IDENTITY
    ),
    "resource-policy-denies": Row(
        page=WITHIN,
        identity=ALL,
        resource=(deny(GET, **EVERYBODY),),
        refused=denied_by("a resource-based policy"),
    ),
    "boundary-limits-identity": Row(
        page=BOUNDARIES,
        identity=ALL,
        boundary=(allow("ecr:*"),),
        refused=unless_allowed("permissions boundary"),
    ),
    "boundary-grants-nothing": Row(page=BOUNDARIES, boundary=ALL, refused=NO_IDENTITY),
    "boundary-limits-a-resource-policy-of-the-role": Row(
        page=BOUNDARIES,
        boundary=(allow("ecr:*"),),
        resource=(allow(GET, **ROLE),),
        refused=unless_allowed("permissions boundary"),
    ),
    "boundary-spares-a-resource-policy-of-the-session": Row(
        page=BOUNDARIES, boundary=(allow("ecr:*"),), resource=(allow(GET, **SESSION),)
    ),
    "session-policy-limits": Row(
        page=SESSIONS, identity=ALL, session=(allow("ecr:*"),), refused=unless_allowed("session policy")
    ),
    "session-policy-denies": Row(
        page=SESSIONS,
        identity=ALL,
        session=(allow("*"), deny(GET)),
        refused=denied_by("a session policy"),
    ),
    "endpoint-policy-must-allow": Row(
        page=ENDPOINTS,
        identity=ALL,
        endpoint=(allow("ssm:*", **EVERYBODY),),
        refused=unless_allowed("VPC endpoint policy"),
    ),
    "endpoint-policy-denies": Row(
        page=ENDPOINTS,
        identity=ALL,
        endpoint=(allow("*", **EVERYBODY), deny(GET, **EVERYBODY)),
        refused=denied_by("a VPC endpoint policy"),
    ),
    "endpoint-policy-grants-nothing": Row(
        page=ENDPOINTS, endpoint=(allow("*", **EVERYBODY),), refused=NO_IDENTITY
    ),
    "service-control-denies": Row(
        page=SCPS,
        identity=ALL,
        service_control=(deny(GET),),
        refused=denied_by("a service control policy: {service_control}"),
    ),
    "resource-control-denies": Row(
        page=RCPS,
        identity=ALL,
        resource_control=(deny(GET, **EVERYBODY),),
        refused=denied_by("a resource control policy: {resource_control}"),
    ),
    "resource-control-spares-the-organization": Row(
        page=RCPS,
        identity=ALL,
        resource_control=(
            deny(GET, **EVERYBODY, **when("StringNotEquals", "aws:PrincipalOrgID", "{organization}")),
        ),
    ),
    "other-account-needs-both": Row(
        page=ACROSS, identity=ALL, foreign=True, refused=unless_allowed("resource-based policy")
    ),
    "other-account-needs-the-role's-own": Row(
        page=ACROSS, resource=(allow(GET, **ROLE),), foreign=True, refused=NO_IDENTITY
    ),
    "other-account-has-both": Row(
        page=ACROSS, identity=(allow(GET),), resource=(allow(GET, **ACCOUNT),), foreign=True
    ),
    "condition-on-the-vpc": Row(
        page=KEYS,
        identity=(allow(GET, **when("StringEquals", "aws:SourceVpc", "{vpc}")),),
        endpoint=(allow("*", **EVERYBODY),),
    ),
    "condition-on-the-vpc-past-the-endpoint": Row(
        page=KEYS,
        identity=(allow(GET, **when("StringEquals", "aws:SourceVpc", "{vpc}")),),
        refused=NO_IDENTITY,
    ),
    "condition-on-the-secret": Row(
        page=KEYS, identity=(allow(GET, **when("ArnLike", "secretsmanager:SecretId", "*:*:*:*:*:secret:*")),)
    ),
    "condition-on-a-resource-tag": Row(
        page=KEYS,
        identity=(allow(GET, **when("StringEquals", "aws:ResourceTag/team", "shop")),),
        tags={"team": "shop"},
    ),
    "condition-on-another-resource-tag": Row(
        page=KEYS,
        identity=(allow(GET, **when("StringEquals", "aws:ResourceTag/team", "shop")),),
        tags={"team": "bank"},
        refused=NO_IDENTITY,
    ),
    "condition-on-a-principal-tag-by-variable": Row(
        page=VARIABLES,
        identity=(allow(GET, **when("StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}")),),
        tags={"team": "shop"},
    ),
    "condition-on-the-region": Row(
        page=KEYS,
        identity=(allow("*"), deny(GET, **when("StringNotEquals", "aws:RequestedRegion", "eu-west-1"))),
        refused=denied_by("an identity-based policy"),
    ),
    "condition-that-is-absent": Row(
        page=OPERATORS,
        identity=(allow(GET, **when("StringEquals", "aws:SourceVpce", "vpce-1")),),
        refused=NO_IDENTITY,
    ),
    "condition-that-is-absent-if-exists": Row(
        page=OPERATORS, identity=(allow(GET, **when("StringEqualsIfExists", "aws:SourceVpce", "vpce-1")),)
    ),
    "null-of-what-is-absent": Row(
        page=OPERATORS, identity=(allow(GET, **when("Null", "aws:SourceVpce", "true")),)
    ),
    "for-all-values-of-what-is-absent": Row(
        page=SEVERAL, identity=(allow(GET, **when("ForAllValues:StringEquals", "aws:TagKeys", ["x"])),)
    ),
    "for-any-value-of-what-is-absent": Row(
        page=SEVERAL,
        identity=(allow(GET, **when("ForAnyValue:StringEquals", "aws:TagKeys", ["x"])),),
        refused=NO_IDENTITY,
    ),
    "transport-is-secure": Row(
        page=KEYS, identity=(allow("*"), deny(GET, **when("Bool", "aws:SecureTransport", "false")))
    ),
}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An account in an organization whose root has both kinds of control policies enabled."""
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    made = Cloud(workdir=_workdir(tmp_path_factory))
    organizations = made.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        organizations.enable_policy_type(RootId=root, PolicyType=kind)
    made.enforced = True
    yield made
    made.backend("organizations")._reset()
    made.registry.child.stop()


def _workdir(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("registry")


def document(statements: tuple[dict[str, Any], ...], **names: str) -> str:
    """A policy with its ``{names}`` filled in."""
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_documented_rule_holds(cloud: Cloud, row: Row) -> None:
    """A secret is read, or refused with the words that AWS documents for the policy that decides."""
    world = World(cloud, row)
    with world.attached() as attached:
        said = world.asked()
    assert row.refused.format(**attached) == said


@dataclass(frozen=True)
class World:
    """What a row needs, made anew for it."""

    cloud: Cloud
    row: Row
    number: int = field(default_factory=lambda: next(_NUMBERS))

    def asked(self) -> str:
        """The clause of the refusal, or nothing."""
        network = Network.made(self.cloud)
        names = {"vpc": network.vpc, "organization": self.cloud.backend("organizations").org.id}
        caller = self._caller(names)
        if self.row.endpoint:
            policy = document(self.row.endpoint, **names)
            caller = caller.through(
                network.endpoint("secretsmanager", PolicyDocument=policy)["VpcEndpointId"]
            )
        try:
            caller.client("secretsmanager").get_secret_value(SecretId=self._secret(caller))
        except ClientError as error:
            message = str(error.response["Error"]["Message"])
            return message[message.index(" because " if " because " in message else " with ") + 1 :]
        return ""

    def _caller(self, names: dict[str, str]) -> Caller:
        iam, name = self.cloud.client("iam"), f"fidelity-{self.number}"
        limit = None
        if self.row.boundary:
            made = iam.create_policy(PolicyName=name, PolicyDocument=document(self.row.boundary, **names))
            limit = made["Policy"]["Arn"]
        policy = json.loads(document(self.row.identity or (allow("iam:ListUsers"),), **names))
        caller = role(self.cloud, name, policy, limit)
        iam.tag_role(RoleName=name, Tags=[{"Key": "team", "Value": "shop"}])
        return self._narrowed(caller) if self.row.session else caller

    def _narrowed(self, caller: Caller) -> Caller:
        """A session of the same role with a session policy, opened by somebody whom it trusts."""
        keys = self.cloud.client("sts").assume_role(
            RoleArn=caller.keys.role_arn, RoleSessionName="narrow", Policy=document(self.row.session)
        )["Credentials"]
        expires: datetime = keys["Expiration"]
        return Caller(
            self.cloud,
            Credentials(
                keys["AccessKeyId"],
                keys["SecretAccessKey"],
                keys["SessionToken"],
                expires,
                caller.keys.role_arn,
                "narrow",
            ),
        )

    def _secret(self, caller: Caller) -> str:
        """The secret's ARN, with its policy and tags."""
        own = _administrator(self.cloud) if self.row.foreign else self.cloud
        secrets = own.client("secretsmanager")
        tags = [{"Key": key, "Value": value} for key, value in self.row.tags.items()]
        arn = str(secrets.create_secret(Name=f"fidelity/{self.number}", SecretString="x", Tags=tags)["ARN"])
        if self.row.resource:
            principal = self.cloud.iam.principal(caller.keys)
            assert principal is not None
            policy = document(self.row.resource, role=principal.source_arn, session=principal.arn)
            secrets.put_resource_policy(SecretId=arn, ResourcePolicy=policy)
        return arn

    def attached(self) -> Attached:
        """The organization's policies of the row, while they are attached."""
        return Attached(self)


class Attached:
    """A context in which a row's organization policies hold; gives their ARNs by kind."""

    def __init__(self, world: World) -> None:
        self._world, self._made = world, [("", "")]

    def __enter__(self) -> dict[str, str]:
        organizations = self._world.cloud.client("organizations")
        root, found = organizations.list_roots()["Roots"][0]["Id"], {}
        names = {"organization": self._world.cloud.backend("organizations").org.id}
        self._made.clear()
        for name in ("service_control", "resource_control"):
            statements = getattr(self._world.row, name)
            if statements:
                made = organizations.create_policy(
                    Name=f"{name}-{self._world.number}",
                    Description="one row",
                    Type=f"{name.upper()}_POLICY",
                    Content=document(statements, **names),
                )["Policy"]["PolicySummary"]
                organizations.attach_policy(PolicyId=made["Id"], TargetId=root)
                self._made.append((made["Id"], root))
                found[name] = made["Arn"]
        return found

    def __exit__(self, *_: object) -> None:
        for policy, root in self._made:
            self._world.cloud.client("organizations").detach_policy(PolicyId=policy, TargetId=root)


def _administrator(cloud: Cloud) -> Caller:
    """Somebody who may everything in another account."""
    arn = f"arn:aws:iam::{OTHER}:role/OrganizationAccountAccessRole"
    keys = cloud.client("sts").assume_role(RoleArn=arn, RoleSessionName="administrator")["Credentials"]
    return Caller(
        cloud,
        Credentials(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], keys["Expiration"], arn, "x"
        ),
    )
