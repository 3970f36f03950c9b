"""Refused calls: which policy, which key, which reference; one observation, one finding."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.evidence.controls import Policy
from probe.model import (
    Call,
    Confidence,
    Failure,
    Finding,
    Kind,
    Layer,
    Observation,
    Requirement,
    RequirementKind,
    Road,
    Severity,
    Status,
    Stop,
)
from tests.builders.cases import (
    BY_NAME,
    GROUP,
    IMAGE,
    ROLE,
    SECRET,
    TARGETS,
    case,
    everywhere,
    others,
    outcome,
    refused,
    spec,
    target,
    works,
)
from tests.builders.vpcs import ACCOUNT, REGION, SUBNETS, endpoint, gateway, private_vpc

READ = "secretsmanager:GetSecretValue"
DENIED = Kind.ACCESS_DENIED
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234"
LAYERS = f"prod-{REGION}-starport-layer-bucket.s3.{REGION}.amazonaws.com"
NARROW = (
    '{"Statement": [{"Sid": "Narrow", "Effect": "Allow", "Principal": "*", '
    '"Action": "s3:*", "Resource": "arn:aws:s3:::other/*"}]}'
)
INLINE = '{"Statement": [{"Effect": "Deny", "Action": "secretsmanager:*", "Resource": "*"}]}'


def of_secret(kind: Kind, **said: Any) -> tuple[Observation, ...]:
    """The secret could not be read."""
    return refused("secretsmanager", kind, **said)


ANSWERS: dict[str, tuple[str, tuple[Observation, ...], str, str]] = {
    "no-credentials": ("ecr.api", refused("ecr.api", Kind.NO_CREDENTIALS), "role-credentials-missing", ROLE),
    "identity": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="identity-based"),
        "identity-policy-denies",
        ROLE,
    ),
    "silent-denial": ("logs", refused("logs", DENIED), "identity-policy-denies", ROLE),
    "boundary": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="permissions boundary"),
        "identity-policy-denies",
        ROLE,
    ),
    "explicit-identity": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="identity-based", explicit=True),
        "explicit-deny",
        ROLE,
    ),
    "explicit-scp": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="service control", explicit=True),
        "explicit-deny",
        "service control policy",
    ),
    "explicit-endpoint": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="vpc endpoint", explicit=True),
        "explicit-deny",
        "vpce-secretsmanager",
    ),
    "explicit-resource": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="resource-based", explicit=True),
        "explicit-deny",
        SECRET,
    ),
    "endpoint": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="vpc endpoint"),
        "endpoint-policy-denies",
        "vpce-secretsmanager",
    ),
    "resource": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="resource-based"),
        "resource-policy-denies",
        SECRET,
    ),
    "key-disabled": (
        "secretsmanager",
        of_secret(Kind.KEY_UNUSABLE, words=f"{KEY} is disabled."),
        "kms-key-unusable",
        KEY,
    ),
    "key-denied": (
        "secretsmanager",
        of_secret(DENIED, action="kms:Decrypt", words="Access to KMS is not allowed"),
        "kms-key-denies",
        SECRET,
    ),
    "absent": ("secretsmanager", of_secret(Kind.NOT_FOUND), "secret-not-found", SECRET),
    "deleted": (
        "secretsmanager",
        of_secret(Kind.INVALID_REFERENCE, words="it was marked for deletion"),
        "secret-marked-for-deletion",
        SECRET,
    ),
    "no-version": (
        "secretsmanager",
        of_secret(
            Kind.NOT_FOUND, words="can't find the specified secret value for staging label: AWSCURRENT"
        ),
        "secret-version-missing",
        SECRET,
    ),
    "binary": ("secretsmanager", of_secret(Kind.INVALID_REFERENCE, code="binary"), "secret-binary", SECRET),
    "not-json": (
        "secretsmanager",
        of_secret(Kind.INVALID_REFERENCE, code="not-json", facts={"key": "user"}),
        "secret-not-json",
        f"{SECRET}#user",
    ),
    "no-key": (
        "secretsmanager",
        of_secret(Kind.NOT_FOUND, code="key-missing", facts={"key": "user"}),
        "secret-key-missing",
        f"{SECRET}#user",
    ),
    "malformed": (
        "secretsmanager",
        of_secret(Kind.INVALID_REFERENCE, code="ValidationException"),
        "secret-reference-malformed",
        "checkout:7/web/PASSWORD",
    ),
    "no-group": ("logs", refused("logs", Kind.NOT_FOUND), "log-group-missing", GROUP),
    "log-options": (
        "logs",
        refused("logs", Kind.INVALID_REFERENCE),
        "log-options-invalid",
        "checkout:7/web",
    ),
    "no-image": ("ecr.dkr", refused("ecr.dkr", Kind.NOT_FOUND), "image-not-found", IMAGE),
    "bad-image": ("ecr.dkr", refused("ecr.dkr", Kind.INVALID_REFERENCE), "image-not-found", IMAGE),
    "platform": (
        "ecr.dkr",
        refused("ecr.dkr", Kind.PLATFORM_MISMATCH, facts={"platforms": ("linux/arm64",)}),
        "image-platform-mismatch",
        IMAGE,
    ),
    "limited": (
        "ecr.dkr",
        refused("ecr.dkr", Kind.THROTTLED),
        "service-throttling",
        "ecr.dkr",
    ),
    "layers": (
        "ecr.dkr",
        refused("ecr.dkr", Kind.TIMEOUT, facts={"redirect": LAYERS}),
        "image-layers-unreachable",
        LAYERS,
    ),
    "pull-denied": (
        "ecr.dkr",
        refused("ecr.dkr", DENIED),
        "identity-policy-denies",
        ROLE,
    ),
    "throttled": ("secretsmanager", of_secret(Kind.THROTTLED), "service-throttling", "secretsmanager"),
    "failing": ("secretsmanager", of_secret(Kind.SERVICE_FAILED), "service-failing", "secretsmanager"),
    "stranger": (
        "secretsmanager",
        of_secret(Kind.NOT_THE_SERVICE),
        "answered-by-middlebox",
        f"secretsmanager.{REGION}.amazonaws.com:443",
    ),
}
NEEDS = (
    Requirement(
        kind=RequirementKind.SECRET, container="web", reference=SECRET, region=REGION, variable="PASSWORD"
    ),
    Requirement(kind=RequirementKind.LOG_STREAM, container="web", reference=GROUP, region=REGION),
    Requirement(kind=RequirementKind.IMAGE, container="web", reference=IMAGE, region=REGION),
)


@pytest.mark.parametrize(("name", "steps", "code", "subject"), ANSWERS.values(), ids=ANSWERS.keys())
def test_a_refused_call_is_one_finding(
    name: str, steps: tuple[Observation, ...], code: str, subject: str
) -> None:
    """What AWS answered says what to change, in every subnet alike."""
    found = diagnose(case(private_vpc(), *everywhere(*steps, besides=(name,)), requirements=NEEDS))
    assert [(code, subject, SUBNETS, (name,))] == [
        (one.code, one.subject, one.subnets, one.targets) for one in found
    ]


def fix_of(found: tuple[Finding, ...]) -> str:
    """The commands of all findings."""
    return "\n".join(line for finding in found for line in finding.fix.cli)


def test_the_grant_is_exactly_what_was_refused() -> None:
    """One inline policy for the role, with the action and the resource of the denial."""
    steps = of_secret(DENIED, action=READ, resource=SECRET, policy="identity-based")
    found = diagnose(case(private_vpc(), *everywhere(*steps, besides=("secretsmanager",))))
    statement = f'{{"Effect":"Allow","Action":["{READ}"],"Resource":"{SECRET}"}}'
    assert (True, True) == (
        fix_of(found).startswith("aws iam put-role-policy --role-name checkout-execution"),
        statement in fix_of(found),
    )


def test_a_code_that_names_no_call_grants_what_the_target_needs() -> None:
    """An exit code says that something was denied; every needed call of the target is admitted."""
    steps = tuple(
        replace(one, operation="call", reference=None) if one.layer is Layer.CALL else one
        for one in refused("logs", DENIED, road=Road.EXIT_CODE)
    )
    found = diagnose(case(private_vpc(), *everywhere(*steps, besides=("logs",))))
    resource = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}:*"
    assert (("identity-policy-denies", Confidence.CORROBORATED), True) == (
        (found[0].code, found[0].confidence),
        f'["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"{resource}"' in fix_of(found),
    )


def test_an_exit_code_borrows_the_words_of_a_stopped_task() -> None:
    """The service's own task was refused with a reason clause; the code says that it still is."""
    steps = refused("secretsmanager", DENIED, road=Road.EXIT_CODE)
    reason = (
        "ResourceInitializationError: unable to pull secrets or registry auth: "
        "unable to retrieve secret from asm: "
        f"AccessDeniedException: User: x is not authorized to perform: {READ} on resource: {SECRET} "
        f"because no resource-based policy allows the {READ} action"
    )
    stops = (Stop(task="t", reason=reason),)
    found = diagnose(
        case(private_vpc(), *everywhere(*steps, besides=("secretsmanager",)), spec=spec(stops=stops))
    )
    assert [("resource-policy-denies", SECRET)] == [(one.code, one.subject) for one in found]


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
    """Its own ARN is what to change, and its owner decides how."""
    name = f"arn:aws:iam::{ACCOUNT}:policy/guardrail"
    policies = (Policy(attached_to=ROLE, kind="permissions boundary", name=name, document=INLINE),)
    steps = of_secret(DENIED, action=READ, resource=SECRET, policy="permissions boundary", explicit=True)
    found = diagnose(case(private_vpc(policies=policies), *everywhere(*steps, besides=("secretsmanager",))))
    assert [("explicit-deny", name, ())] == [(one.code, one.subject, one.fix.cli) for one in found]


@pytest.mark.parametrize(
    ("resource", "command"),
    [
        (SECRET, "aws secretsmanager put-resource-policy"),
        (f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/checkout", "aws ecr set-repository-policy"),
        ("arn:aws:s3:::bucket/key", ""),
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


PARTIAL = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:checkout"


@pytest.mark.parametrize(("kind", "said"), [(Kind.NOT_FOUND, {}), (DENIED, {"policy": "identity-based"})])
def test_a_partial_arn_is_no_matter_of_permissions(kind: Kind, said: dict[str, Any]) -> None:
    """Without its suffix an ARN cannot be resolved, whether AWS says absent or denied."""
    partial = target("secretsmanager", Call(operation=READ, reference=PARTIAL))
    failure = Failure(operation=READ, kind=kind, words="no", **said)
    told = Observation(
        target="secretsmanager",
        layer=Layer.CALL,
        operation=READ,
        status=Status.FAIL,
        reference=PARTIAL,
        failure=failure,
    )
    rest = works(*others("secretsmanager"), target("secretsmanager"))
    found = diagnose(
        case(
            private_vpc(),
            *(outcome(one, told, *rest) for one in SUBNETS),
            targets=(*others("secretsmanager"), partial),
        )
    )
    assert [("secret-partial-arn", PARTIAL)] == [(one.code, one.subject) for one in found]


def _ssm(reference: str, kind: Kind = Kind.NOT_FOUND, **changes: Any) -> list[tuple[str, str]]:
    operation = "ssm:GetParameters"
    asked = target("ssm", Call(operation=operation, reference=reference))
    failure = Failure(operation=operation, kind=kind, words="InvalidParameters")
    told = Observation(
        target="ssm",
        layer=Layer.CALL,
        operation=operation,
        status=Status.FAIL,
        reference=reference,
        failure=failure,
    )
    outcomes = (outcome(one, *works(*TARGETS, target("ssm")), told) for one in SUBNETS)
    found = diagnose(case(private_vpc(), *outcomes, targets=(*TARGETS, asked), **changes))
    return [(one.code, one.subject) for one in found]


def test_parameters_are_absent_elsewhere_or_refer_to_secrets() -> None:
    """Each reason has its own name."""
    versioned = "/aws/reference/secretsmanager/checkout:3"
    assert [
        [("parameter-not-found", "/a")],
        [("parameter-wrong-region", "/a")],
        [("parameter-secret-versioned", versioned)],
        [("secret-reference-malformed", "checkout:7")],
    ] == [
        _ssm("/a"),
        _ssm("/a", elsewhere={"/a": "eu-west-1"}),
        _ssm(versioned),
        _ssm("bad::", Kind.INVALID_REFERENCE),
    ]


@pytest.mark.parametrize(
    ("kind", "code"), [(Kind.NOT_FOUND, "env-file-not-found"), (Kind.INVALID_REFERENCE, "env-file-malformed")]
)
def test_an_environment_file_is_absent_or_malformed(kind: Kind, code: str) -> None:
    """S3 answered; the object is not there, or not what the agent reads."""
    file = "arn:aws:s3:::bucket/app.env"
    asked = target("s3", Call(operation="s3:GetObject", reference=file))
    failure = Failure(operation="s3:GetObject", kind=kind, words="no")
    told = Observation(
        target="s3",
        layer=Layer.CALL,
        operation="s3:GetObject",
        status=Status.FAIL,
        reference=file,
        failure=failure,
    )
    outcomes = (outcome(one, *works(*TARGETS), told) for one in SUBNETS)
    found = diagnose(case(private_vpc(), *outcomes, targets=(*others("s3"), asked)))
    assert [(code, file)] == [(one.code, one.subject) for one in found]


def test_a_digest_that_ecs_pinned_is_gone_not_the_image() -> None:
    """The definition names a tag; the revision's digest was expired, and a new deployment pins another."""
    pinned = f"{IMAGE}@sha256:{'0' * 64}"
    asked = target("ecr.dkr", Call(operation="registry:Pull", reference=pinned))
    failure = Failure(operation="registry:Pull", kind=Kind.NOT_FOUND, words="manifest unknown")
    told = Observation(
        target="ecr.dkr",
        layer=Layer.CALL,
        operation="registry:Pull",
        status=Status.FAIL,
        reference=pinned,
        failure=failure,
    )
    outcomes = (outcome(one, *works(*others("ecr.dkr"), target("ecr.dkr")), told) for one in SUBNETS)
    found = diagnose(
        case(
            private_vpc(),
            *outcomes,
            targets=(*others("ecr.dkr"), asked),
            spec=spec(images={"web": pinned}),
            requirements=NEEDS,
        )
    )
    assert [("image-digest-gone", pinned, True)] == [
        (one.code, one.subject, "--force-new-deployment" in fix_of(found)) for one in found
    ]


def _registry(kind: Kind, *needs: Requirement) -> list[tuple[str, str]]:
    image = "registry.example.com/checkout:1"
    asked = replace(
        target("ecr.dkr", Call(operation="registry:Pull", reference=image)),
        name="registry.example.com:443",
        service="host",
        host="registry.example.com",
    )
    failure = Failure(operation="registry:Pull", kind=kind, words="401")
    told = Observation(
        target=asked.name,
        layer=Layer.CALL,
        operation="registry:Pull",
        status=Status.FAIL,
        reference=image,
        failure=failure,
    )
    outcomes = (outcome(one, *works(*TARGETS, replace(asked, calls=())), told) for one in SUBNETS)
    found = diagnose(case(private_vpc(), *outcomes, targets=(*TARGETS, asked), requirements=needs))
    return [(one.code, one.subject) for one in found]


def test_a_private_registry_rejects_credentials_or_limits() -> None:
    """The credentials are the secret's that repositoryCredentials names, where it names one."""
    need = Requirement(
        kind=RequirementKind.REGISTRY_CREDENTIALS, container="web", reference=SECRET, region=REGION
    )
    assert [
        [("registry-credentials-invalid", SECRET)],
        [("registry-credentials-invalid", "registry.example.com")],
        [("registry-rate-limited", "registry.example.com")],
    ] == [_registry(DENIED, need), _registry(DENIED), _registry(Kind.THROTTLED)]


def test_a_mangled_number_is_a_warning_that_guesses() -> None:
    """The call works; Fargate is taken to render values as the open agent does."""
    told = [
        replace(one, facts={"mangled": "number", "key": "port"}) if one.operation == READ else one
        for one in works(*TARGETS)
    ]
    found = diagnose(case(private_vpc(), *(outcome(one, *told) for one in SUBNETS)))
    assert [("secret-number-mangled", f"{SECRET}#port", Severity.WARNING, Confidence.INFERRED)] == [
        (one.code, one.subject, one.severity, one.confidence) for one in found
    ]


def test_events_that_are_refused_are_a_warning() -> None:
    """The stream gates the start; its events are only lost."""
    failure = Failure(operation="logs:PutLogEvents", kind=DENIED, words="denied", policy="identity-based")
    told = Observation(
        target="logs",
        layer=Layer.CALL,
        operation="logs:PutLogEvents",
        status=Status.FAIL,
        reference=GROUP,
        failure=failure,
    )
    found = diagnose(case(private_vpc(), *(outcome(one, *works(*TARGETS), told) for one in SUBNETS)))
    assert [("log-write-denied", ROLE, Severity.WARNING)] == [
        (one.code, one.subject, one.severity) for one in found
    ]


@pytest.mark.parametrize(
    ("state", "commands"),
    [
        ("is disabled", ["enable-key"]),
        ("is pending deletion", ["cancel-key-deletion", "enable-key"]),
        ("is pending import", []),
    ],
)
def test_a_key_is_made_usable_again(state: str, commands: list[str]) -> None:
    """Cancelling a deletion leaves it disabled; imported material only its owner has."""
    steps = of_secret(Kind.KEY_UNUSABLE, words=f"{KEY} {state}.")
    found = diagnose(case(private_vpc(), *everywhere(*steps, besides=("secretsmanager",))))
    assert commands == [line.split()[2] for line in found[0].fix.cli]


def test_a_layer_behind_a_broken_path_to_s3_is_no_finding_of_its_own() -> None:
    """The pull timed out where S3 did."""
    from tests.builders.cases import fails
    from tests.builders.vpcs import S3_ADDRESS

    steps = (
        *refused("ecr.dkr", Kind.TIMEOUT, facts={"redirect": LAYERS}),
        *fails("s3", Layer.TCP, Kind.TIMEOUT, S3_ADDRESS),
    )
    unassociated = private_vpc(
        route_tables=(replace(private_vpc().route_tables[0], id="rtb-9", routes=()),)  # type: ignore[index]
    )
    found = diagnose(case(unassociated, *everywhere(*steps, besides=("ecr.dkr", "s3"))))
    assert [("s3-gateway-not-associated", "vpce-s3/rtb-9")] == [(one.code, one.subject) for one in found]
    assert BY_NAME["s3"].needed
