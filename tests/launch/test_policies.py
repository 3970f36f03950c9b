"""The policies that can have caused a denial, read only when there was one."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.stub import ANY
from msgspec.structs import replace

from probe.evidence.controls import Key, Policy, Simulated
from probe.evidence.snapshot import Denied, Snapshot
from probe.launch import policies, snapshot
from probe.model import Failure, Kind, Layer, Observation, Outcome, Status
from tests.builders.cases import spec
from tests.clients import Answer, answering

NOTHING = snapshot.unread(Denied(action="", resource="", words="a test"))
ROLE = "arn:aws:iam::123456789012:role/exec"
BOUNDARY, MANAGED = "arn:aws:iam::123456789012:policy/edge", "arn:aws:iam::aws:policy/Managed"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf"
REPOSITORY = "arn:aws:ecr:us-east-1:123456789012:repository/app"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1"
TEXT = json.dumps({"Statement": []})
NAMED = {"RoleName": "exec"}
GET = "secretsmanager:GetSecretValue"


class Session:
    """A session of stubbed clients, by service."""

    def __init__(self, **clients: Any) -> None:
        self.clients = clients

    def client(self, service: str, **_: Any) -> Any:
        return self.clients[service]


def document(arn: str) -> list[Answer]:
    """The two answers that a managed policy's document takes."""
    header = {"Policy": {"DefaultVersionId": "v2"}}
    version = {"PolicyVersion": {"Document": TEXT}}
    return [
        Answer("get_policy", {"PolicyArn": arn}, header),
        Answer("get_policy_version", {"PolicyArn": arn, "VersionId": "v2"}, version),
    ]


def role(**parts: Any) -> Answer:
    known = {"Path": "/", "RoleName": "exec", "RoleId": "AROAEXAMPLEEXAMPLE", "Arn": ROLE, "CreateDate": 0}
    return Answer("get_role", NAMED, {"Role": known | parts})


OF_ROLE = [
    Answer("list_role_policies", NAMED, {"PolicyNames": ["start"]}),
    Answer(
        "get_role_policy",
        NAMED | {"PolicyName": "start"},
        {"RoleName": "exec", "PolicyName": "start", "PolicyDocument": TEXT},
    ),
    Answer("list_attached_role_policies", NAMED, {"AttachedPolicies": [{"PolicyArn": MANAGED}]}),
    *document(MANAGED),
    role(PermissionsBoundary={"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": BOUNDARY}),
    *document(BOUNDARY),
]
SIMULATION = Answer(
    "simulate_principal_policy",
    {
        "PolicySourceArn": ROLE,
        "ActionNames": ["kms:Decrypt"],
        "ResourceArns": ["arn:aws:kms:us-east-1:123456789012:key/1234"],
        "ContextEntries": ANY,
    },
    {
        "EvaluationResults": [
            {
                "EvalActionName": "kms:Decrypt",
                "EvalResourceName": "arn:aws:kms:us-east-1:123456789012:key/1234",
                "EvalDecision": "implicitDeny",
                "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False},
            }
        ]
    },
)
BARE_ROLE = [
    Answer("list_role_policies", NAMED, {"PolicyNames": []}),
    Answer("list_attached_role_policies", NAMED, {"AttachedPolicies": []}),
    role(),
]


def refused(
    reference: str, operation: str = "ssm:GetParameters", kind: Kind = Kind.ACCESS_DENIED, words: str = "no"
) -> Outcome:
    failure = Failure(operation=operation, kind=kind, words=words)
    one = Observation(
        target="t",
        layer=Layer.CALL,
        operation=operation,
        status=Status.FAIL,
        reference=reference,
        failure=failure,
    )
    return Outcome(subnet="a", ended="the probe ran", observations=(one,))


def read(session: Session, *outcomes: Outcome) -> Snapshot:
    """What one look reads after those outcomes, of a start that asks for nothing else."""
    return policies.read(session, NOTHING, spec(execution_role=ROLE), (), outcomes)


def test_a_roles_own_policies_and_its_boundary_are_read() -> None:
    """Inline, managed and boundary, each with the name that a fix would use."""
    with answering("iam", OF_ROLE) as iam:
        found = read(Session(iam=iam), refused("", "call"))
    assert not isinstance(found.policies, Denied)
    assert [
        ("identity-based", "start"),
        ("identity-based", MANAGED),
        ("permissions boundary", BOUNDARY),
    ] == [(one.kind, one.name) for one in found.policies]


DESCRIBED = Answer("describe_secret", {"SecretId": SECRET}, {"Name": "db"})
OWN = {
    "secret": (
        f"{SECRET}:key::",
        GET,
        "secretsmanager",
        [DESCRIBED, Answer("get_resource_policy", {"SecretId": SECRET}, {"ResourcePolicy": TEXT})],
        SECRET,
    ),
    "repository": (
        IMAGE,
        "registry:Pull",
        "ecr",
        [
            Answer(
                "get_repository_policy",
                {"registryId": "123456789012", "repositoryName": "app"},
                {"policyText": TEXT},
            )
        ],
        REPOSITORY,
    ),
    "bucket": (
        "arn:aws:s3:::settings/checkout.env",
        "s3:GetObject",
        "s3",
        [Answer("get_bucket_policy", {"Bucket": "settings"}, {"Policy": TEXT})],
        "arn:aws:s3:::settings",
    ),
}


@pytest.mark.parametrize(("reference", "operation", "service", "answers", "expected"), OWN.values(), ids=OWN)
def test_what_was_denied_has_a_policy_of_its_own(
    reference: str, operation: str, service: str, answers: list[Answer], expected: str
) -> None:
    """A secret's, a repository's and a bucket's policy are named by the resource that they lie on."""
    with ExitStack() as stack:
        iam = stack.enter_context(answering("iam", BARE_ROLE))
        others = {service: stack.enter_context(answering(service, answers))}
        found = read(Session(iam=iam, **others), refused(reference, operation))
    policy = Policy(attached_to=expected, kind="resource-based", name=expected, document=TEXT)
    assert (policy,) == found.policies


def test_a_bucket_without_a_policy_is_no_refusal() -> None:
    """Most have none."""
    none = Answer("get_bucket_policy", {"Bucket": "settings"}, code="NoSuchBucketPolicy", words="none")
    with ExitStack() as stack:
        iam = stack.enter_context(answering("iam", BARE_ROLE))
        s3 = stack.enter_context(answering("s3", [none]))
        found = read(Session(iam=iam, s3=s3), refused("arn:aws:s3:::settings/a.env", "s3:GetObject"))
    assert ((), ()) == (found.policies, found.partial)


KEY = "arn:aws:kms:us-east-1:123456789012:key/1234"
STATE = {"KeyMetadata": {"KeyId": "1234", "Arn": KEY, "KeyState": "Disabled"}}
OVER = {
    "secret": (
        SECRET,
        GET,
        "secretsmanager",
        [
            Answer("describe_secret", {"SecretId": SECRET}, {"KmsKeyId": "alias/app"}),
            Answer("get_resource_policy", {"SecretId": SECRET}, {}),
        ],
    ),
    "parameter": (
        "/app/token",
        "ssm:GetParameters",
        "ssm",
        [
            Answer(
                "describe_parameters",
                {"ParameterFilters": [{"Key": "Name", "Option": "Equals", "Values": ["/app/token"]}]},
                {"Parameters": [{"Name": "/app/token", "KeyId": "alias/app"}]},
            )
        ],
    ),
}


@pytest.mark.parametrize(("reference", "operation", "service", "answers"), OVER.values(), ids=OVER)
@pytest.mark.parametrize("kind", [Kind.ACCESS_DENIED, Kind.KEY_UNUSABLE])
def test_the_key_over_what_was_refused_is_read(
    reference: str, operation: str, service: str, answers: list[Answer], kind: Kind
) -> None:
    """By whichever name it is given: its ARN, its state, its policy, and what IAM's simulator says of it."""
    asked = {"KeyId": KEY, "PolicyName": "default"}
    kms_answers = [
        Answer("describe_key", {"KeyId": "alias/app"}, STATE),
        Answer("get_key_policy", asked, {"Policy": TEXT}),
    ]
    with ExitStack() as stack:
        iam = stack.enter_context(answering("iam", [*BARE_ROLE, SIMULATION]))
        kms = stack.enter_context(answering("kms", kms_answers))
        other = stack.enter_context(answering(service, answers))
        found = read(Session(iam=iam, kms=kms, **{service: other}), refused(reference, operation, kind))
    assert (
        (Key(arn=KEY, state="Disabled", protects=(reference,)),),
        (Policy(attached_to=KEY, kind="resource-based", name=KEY, document=TEXT),),
        (Simulated(action="kms:Decrypt", resource=KEY, decision="implicitDeny", boundary=False),),
    ) == (found.keys, found.policies, found.simulated)


def test_a_key_that_a_refusal_names_is_read() -> None:
    """S3 says which key an object lies under, and the operator need not read the object."""
    file = "arn:aws:s3:::settings/app.env"
    words = f"User: x is not authorized to perform: kms:Decrypt on resource: {KEY} because no ..."
    of_key = [
        Answer("describe_key", {"KeyId": KEY}, STATE),
        Answer("get_key_policy", {"KeyId": KEY, "PolicyName": "default"}, {"Policy": TEXT}),
    ]
    no_policy = Answer("get_bucket_policy", {"Bucket": "settings"}, code="NoSuchBucketPolicy", words="none")
    with ExitStack() as stack:
        iam = stack.enter_context(answering("iam", [*BARE_ROLE, SIMULATION]))
        kms = stack.enter_context(answering("kms", of_key))
        s3 = stack.enter_context(answering("s3", [no_policy]))
        found = read(Session(iam=iam, kms=kms, s3=s3), refused(file, "s3:GetObject", words=words))
    assert ((Key(arn=KEY, state="Disabled", protects=(file,)),), ()) == (found.keys, found.partial)


@pytest.mark.parametrize("written", ["1234", KEY])
def test_a_key_that_may_not_be_described_is_named_all_the_same(written: str) -> None:
    """The secret says which it is; its state stays unread, and that is noted."""
    of_secret = [
        Answer("describe_secret", {"SecretId": SECRET}, {"KmsKeyId": written}),
        Answer("get_resource_policy", {"SecretId": SECRET}, {}),
    ]
    of_key = [
        Answer("describe_key", {"KeyId": KEY}, code="AccessDeniedException", words="no"),
        Answer("get_key_policy", {"KeyId": KEY, "PolicyName": "default"}, code="AccessDenied", words="no"),
    ]
    with ExitStack() as stack:
        iam = stack.enter_context(answering("iam", [*BARE_ROLE, SIMULATION]))
        kms = stack.enter_context(answering("kms", of_key))
        secrets = stack.enter_context(answering("secretsmanager", of_secret))
        found = read(Session(iam=iam, kms=kms, secretsmanager=secrets), refused(SECRET, GET))
    assert (
        (Key(arn=KEY, state="not read", protects=(SECRET,)),),
        {"kms:DescribeKey", "kms:GetKeyPolicy"},
    ) == (found.keys, {one.action for one in found.partial})


def test_a_repository_without_a_policy_is_no_refusal() -> None:
    """Most have none."""
    asked = {"registryId": "123456789012", "repositoryName": "app"}
    none = Answer("get_repository_policy", asked, code="RepositoryPolicyNotFoundException", words="none")
    with ExitStack() as stack:
        iam = stack.enter_context(answering("iam", BARE_ROLE))
        ecr = stack.enter_context(answering("ecr", [none]))
        found = read(Session(iam=iam, ecr=ecr), refused(IMAGE, "registry:Pull"))
    assert ((), ()) == (found.policies, found.partial)


def test_a_policy_that_may_not_be_read_is_noted_and_the_rest_is_kept() -> None:
    """The report can say what it did not see."""
    no = Answer("get_resource_policy", {"SecretId": SECRET}, code="AccessDeniedException", words="no")
    script = [Answer("describe_secret", {"SecretId": SECRET}, {"Name": "db"}), no]
    with ExitStack() as stack:
        iam = stack.enter_context(answering("iam", BARE_ROLE))
        secrets = stack.enter_context(answering("secretsmanager", script))
        found = read(Session(iam=iam, secretsmanager=secrets), refused(SECRET, GET))
    assert ((), ["secretsmanager:GetResourcePolicy"]) == (
        found.policies,
        [one.action for one in found.partial],
    )


def denied(answer: Answer, action: str) -> Answer:
    words = f"User: u is not authorized to perform: {action} on resource: {ROLE} because no policy allows it"
    return answer._replace(code="AccessDenied", words=words)


def test_one_policy_that_may_not_be_read_hides_no_other() -> None:
    """The refusal names the action that is missing, not the one that began the search."""
    inline, _, attached, *_ = OF_ROLE
    script = [
        inline,
        denied(OF_ROLE[1], "iam:GetRolePolicy"),
        attached,
        *document(MANAGED),
        denied(role(), "iam:GetRole"),
    ]
    with answering("iam", script) as iam:
        found = read(Session(iam=iam), refused("", "call"))
    assert not isinstance(found.policies, Denied)
    assert [MANAGED] == [one.name for one in found.policies]
    assert ["iam:GetRolePolicy", "iam:GetRole"] == [one.action for one in found.partial]


def test_a_role_of_which_nothing_may_be_read_is_unread() -> None:
    """Which is another thing than a role without policies."""
    script = [
        denied(answer, action)
        for answer, action in zip(
            BARE_ROLE, ("iam:ListRolePolicies", "iam:ListAttachedRolePolicies", "iam:GetRole"), strict=True
        )
    ]
    with answering("iam", script) as iam:
        found = read(Session(iam=iam), refused("", "call"))
    assert isinstance(found.policies, Denied)
    assert ("iam:ListRolePolicies", 2) == (found.policies.action, len(found.partial))


@pytest.mark.parametrize(
    ("role_arn", "outcomes"),
    [(ROLE, []), (ROLE, [refused(SECRET, GET, Kind.TIMEOUT)]), (None, [refused(SECRET, GET)])],
    ids=["nothing-failed", "nothing-denied", "no-role"],
)
def test_without_a_denial_no_policy_is_asked_for(role_arn: str | None, outcomes: list[Outcome]) -> None:
    """The least rights do not include reading IAM."""
    assert replace(NOTHING) == policies.read(Session(), NOTHING, spec(execution_role=role_arn), (), outcomes)
