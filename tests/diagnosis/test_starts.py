"""Starts that end early, runs in which nothing is wrong, and assertions that do not hold."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.evidence.controls import Policy, RoleSummary
from probe.model import Call, Confidence, Finding, Fix, Kind, Layer, Outcome, Road, Severity, Stop
from probe.plan import blocked_target
from tests.builders.cases import ROLE, SECRET, TARGETS, case, fails, others, outcome, spec, target, works
from tests.builders.vpcs import PUBLIC, S3_ADDRESS, SUBNETS, VPC_CIDR, nat_vpc, private_vpc

PROBE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/run-probe:1"
FULL = tuple(replace(one, free_addresses=0) for one in private_vpc().subnets)  # type: ignore[union-attr]
READ = "secretsmanager:GetSecretValue"


def ended(reason: str, subnet: str = "subnet-a") -> Outcome:
    """A probe that never ran."""
    return outcome(subnet, complete=False, stop_reason=reason)


ASSUME = f"ECS was unable to assume the role '{ROLE}' that was provided for this task."
UNOFFERED = "InvalidParameterException: The specified capacity provider FARGATE_SPOT was not found."
ENI = "Timeout waiting for network interface provisioning to complete."
EXHAUSTED = (
    "Unexpected EC2 error while attempting to create a network interface: InsufficientFreeAddressesInSubnet"
)
REFUSED_MOUNT = (
    "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: "
    "b'mount.nfs4: access denied by server while mounting fs-12345678.efs.us-east-1.amazonaws.com:/'"
)


@pytest.mark.parametrize(
    ("reason", "parts", "code", "subject"),
    [
        (ASSUME, {}, "role-not-assumable", ROLE),
        (ENI, {}, "network-interface-not-provisioned", "subnet-a"),
        (ENI, {"subnets": FULL}, "subnet-out-of-addresses", "subnet-a"),
        (EXHAUSTED, {}, "subnet-out-of-addresses", "subnet-a"),
        ("Capacity is unavailable at this time.", {}, "capacity-unavailable", "prod"),
        (UNOFFERED, {}, "capacity-unavailable", "prod"),
        (
            "You've reached the limit on the number of vCPUs you can run concurrently",
            {},
            "vcpu-quota-reached",
            "L-3032A538",
        ),
        (REFUSED_MOUNT, {}, "efs-access-denied", "fs-12345678"),
    ],
)
def test_a_start_that_ends_early_is_one_finding(
    reason: str, parts: dict[str, Any], code: str, subject: str
) -> None:
    """ECS itself says it, so it is corroborated."""
    found = diagnose(case(private_vpc(**parts), ended(reason), spec=spec(subnets=("subnet-a",))))
    assert [(code, subject, Confidence.CORROBORATED)] == [
        (one.code, one.subject, one.confidence) for one in found
    ]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [(REFUSED_MOUNT, ["efs-access-denied"]), (ASSUME, ["start-path-healthy"])],
    ids=["not-tried-here", "measured-otherwise"],
)
def test_what_the_probe_does_not_try_itself_is_kept(reason: str, expected: list[str]) -> None:
    """It mounts nothing: a path that is whole says nothing against a refused mount of an earlier task."""
    stops = (Stop(task="task/1", reason=reason),)
    whole = tuple(outcome(one, *works(*TARGETS)) for one in SUBNETS)
    assert expected == [one.code for one in diagnose(case(private_vpc(), *whole, spec=spec(stops=stops)))]


TASK_ROLE = "arn:aws:iam::123456789012:role/app"
OTHERS = (
    '{"Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, '
    '"Action": "sts:AssumeRole"}}'
)
TRUSTING = OTHERS.replace("lambda", "ecs-tasks")


@pytest.mark.parametrize(
    ("trust", "expected"),
    [(OTHERS, ["role-not-assumable"]), (None, ["role-not-assumable"]), (TRUSTING, ["start-path-healthy"])],
    ids=["distrusts", "unread", "trusts-by-now"],
)
def test_a_task_role_is_assumed_by_the_services_own_tasks_alone(
    trust: str | None, expected: list[str]
) -> None:
    """The probe takes the execution role in its place, and so cannot tell."""
    stop = Stop(task="task/1", reason=ASSUME.replace(ROLE, TASK_ROLE))
    whole = tuple(outcome(one, *works(*TARGETS)) for one in SUBNETS)
    roles = {"roles": (RoleSummary(arn=TASK_ROLE, trust=trust),)} if trust else {}
    service = spec(stops=(stop,), task_role=TASK_ROLE)
    assert expected == [one.code for one in diagnose(case(private_vpc(**roles), *whole, spec=service))]


def test_a_trust_policy_keeps_whom_it_admits() -> None:
    """One more statement, beside what Lambda or a guarded ECS may already."""
    (found,) = diagnose(case(private_vpc(roles=(RoleSummary(arn=ROLE, trust=OTHERS),)), ended(ASSUME)))
    assert [True, True] == [name in found.fix.cli[0] for name in ("lambda.amazonaws", "ecs-tasks.amazonaws")]


@pytest.mark.parametrize(
    ("role", "said", "commands"),
    [
        (RoleSummary(arn=ROLE, trust="{}"), "does not name ecs-tasks.amazonaws.com", 1),
        (RoleSummary(arn=ROLE, trust='"ecs-tasks.amazonaws.com"'), "names ecs-tasks.amazonaws.com", 1),
        (RoleSummary(arn=ROLE, exists=False), "does not exist", 0),
    ],
    ids=["distrusts", "trusts", "gone"],
)
def test_what_iam_shows_of_an_unassumable_role_is_said(role: RoleSummary, said: str, commands: int) -> None:
    """A trust policy can be put right by a command, a role that is gone cannot."""
    found = diagnose(case(private_vpc(roles=(role,)), ended(ASSUME)))[0]
    assert (True, commands) == (any(said in line for line in found.evidence), len(found.fix.cli))


@pytest.mark.parametrize(
    "outcomes",
    [(), tuple(outcome(one, complete=False) for one in SUBNETS)],
    ids=["before-a-run", "nothing-was-launched"],
)
def test_the_services_own_stops_are_hypotheses(outcomes: tuple[Outcome, ...]) -> None:
    """While nothing was measured, a stopped task's denial and role are named, and only as inferred."""
    reason = (
        "ResourceInitializationError: unable to pull secrets or registry auth: "
        "unable to retrieve secret from asm: "
        f"AccessDeniedException: User: x is not authorized to perform: {READ} on resource: {SECRET} "
        f"because no identity-based policy allows the {READ} action"
    )
    stops = (
        Stop(task="t1", reason=ASSUME),
        Stop(task="t2", reason=reason),
        Stop(task="t3", reason="no idea"),
    )
    found = diagnose(case(private_vpc(), *outcomes, spec=spec(stops=stops)))
    assert [("role-not-assumable", Confidence.INFERRED), ("identity-policy-denies", Confidence.INFERRED)] == [
        (one.code, one.confidence) for one in found
    ]


def test_a_missing_key_is_that_of_the_reference_that_asks_for_it() -> None:
    """The agent names the key alone, and another reference of the same service is not accused."""
    calls = (
        Call(operation=READ, reference=SECRET),
        Call(operation=READ, reference=f"{SECRET}:user::", arguments={"key": "user"}),
    )
    reason = (
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval "
        "failed: unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved "
        "secret from Secrets Manager did not contain json key user"
    )
    targets = (*others("secretsmanager"), target("secretsmanager", *calls))
    found = diagnose(case(private_vpc(), spec=spec(stops=(Stop(task="t1", reason=reason),)), targets=targets))
    assert [("secret-key-missing", f"{SECRET}#user")] == [(one.code, one.subject) for one in found]


def test_a_run_outweighs_what_stopped_tasks_said() -> None:
    """The role may read the secret now; the old denial is no finding."""
    whole = tuple(outcome(one, *works(*TARGETS)) for one in SUBNETS)
    stops = (Stop(task="cluster/t1", reason="Task failed container health checks"),)
    found = diagnose(case(private_vpc(), *whole, spec=spec(stops=stops)))
    assert [("start-path-healthy", "checkout", Severity.INFORMATION)] == [
        (one.code, one.subject, one.severity) for one in found
    ]


@pytest.mark.parametrize(
    "outcomes",
    [
        tuple(outcome(one, *works(*TARGETS)) for one in SUBNETS[:2]),
        tuple(outcome(one, *works(*TARGETS), complete=one != "subnet-c") for one in SUBNETS),
        tuple(outcome(one, *works(*TARGETS[1:])) for one in SUBNETS),
        (),
    ],
    ids=["one-subnet-silent", "one-cut-short", "one-target-silent", "no-run"],
)
def test_healthy_is_said_only_of_what_was_wholly_seen(outcomes: tuple[Outcome, ...]) -> None:
    """Could not look is never nothing wrong."""
    stops = (Stop(task="t", reason="Task failed container health checks"),)
    found = diagnose(case(private_vpc(), *outcomes, spec=spec(stops=stops)))
    assert () == found


def test_a_fault_of_the_probes_own_image_is_about_the_probe() -> None:
    """Everything of the service's may work; the finding says so and how to name another image."""
    reason = (
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref "
        f"{PROBE}: not found"
    )
    found = diagnose(case(private_vpc(), *(ended(reason, one) for one in SUBNETS)))
    assert [("probe-image-not-pullable", PROBE, SUBNETS)] == [
        (one.code, one.subject, one.subnets) for one in found
    ]


@pytest.mark.parametrize(
    "reason",
    [
        "CannotPullContainerError: image Manifest does not contain descriptor matching platform",
        "CannotStartContainerError: unable to start container process: exec /python: exec format error",
    ],
    ids=["pull", "start"],
)
def test_a_probe_of_another_platform_is_about_the_probe(reason: str) -> None:
    """Fargate pulls it, or does not; either way nothing of the service was measured."""
    arm = spec(architecture="ARM64")
    (found,) = diagnose(case(private_vpc(), *(ended(reason, one) for one in SUBNETS), spec=arm))
    assert ("probe-image-not-pullable", True) == (found.code, "LINUX/ARM64" in found.explanation)


@pytest.mark.parametrize(
    ("reason", "words"), [(UNOFFERED, "does not offer it"), ("Capacity is unavailable", "no capacity")]
)
def test_a_refused_strategy_is_not_called_a_want_of_capacity(reason: str, words: str) -> None:
    """Waiting mends the one and not the other."""
    found = diagnose(case(private_vpc(), ended(reason), spec=spec(subnets=("subnet-a",))))
    assert [True] == [words in one.explanation for one in found]


@pytest.mark.parametrize(
    ("pull_role", "granted"), [(None, "checkout-execution"), ("arn:aws:iam::123456789012:role/pull", "pull")]
)
def test_a_role_that_may_not_pull_the_probe_is_told_what_to_do(pull_role: str | None, granted: str) -> None:
    """The command lets the role that pulls read that one repository; the flag that spares it is named."""
    reason = (
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref "
        f"{PROBE}: unexpected status from HEAD request to https://x/v2/run-probe/manifests/1: 403 Forbidden"
    )
    given = replace(case(private_vpc(), ended(reason)), pull_role=pull_role)
    (found,) = diagnose(given)
    (command,) = found.fix.cli
    assert f"--role-name {granted} " in command
    assert '"Resource":"arn:aws:ecr:us-east-1:123456789012:repository/run-probe"' in command
    assert ("--pull-role" in found.explanation, (Road.STOP_REASON,)) == (True, found.roads)


MANIFEST = (
    f"pull image manifest has been retried 1 time(s): failed to resolve ref {PROBE}: unexpected status from "
    "HEAD request to https://x/v2/run-probe/manifests/1: 403 Forbidden"
)
LAYER = (
    "ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: "
    f"unexpected status code {PROBE}: 403 Forbidden"
)


@pytest.mark.parametrize("reason", [MANIFEST, LAYER], ids=["manifest", "layers"])
def test_a_role_that_may_pull_nothing_is_the_services_fault(reason: str) -> None:
    """The probe's refused pull is a sign of it, and the command admits both repositories."""
    nothing = Policy(attached_to=ROLE, kind="identity-based", name="start", document='{"Statement": []}')
    told = replace(ended(f"CannotPullContainerError: {reason}"), complete=False)
    (found,) = diagnose(case(private_vpc(policies=(nothing,)), told))
    assert ("identity-policy-denies", ROLE, Confidence.CORROBORATED) == (
        found.code,
        found.subject,
        found.confidence,
    )
    assert [True, True] == [f'repository/{name}"' in found.fix.cli[0] for name in ("checkout", "run-probe")]


def test_the_probes_pull_folds_under_the_path_that_breaks_it() -> None:
    """Layers of the probe's image are blocked by what blocks the service's."""
    reason = (
        "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: "
        f"failed open: dial tcp {S3_ADDRESS}:443: i/o timeout"
    )
    told = fails("s3", Layer.TCP, Kind.TIMEOUT, S3_ADDRESS)
    unassociated = private_vpc(
        route_tables=tuple(replace(one, id="rtb-9", routes=()) for one in private_vpc().route_tables)  # type: ignore[union-attr]
    )
    outcomes = (replace(ended(reason, one), observations=told) for one in SUBNETS)
    found = diagnose(case(unassociated, *outcomes))
    assert ["s3-gateway-not-associated"] == [one.code for one in found]


def test_what_the_definition_forbids_is_kept() -> None:
    """Offline findings hold in every subnet, and are mended as a measured one of the same name is."""
    offline = Finding(
        code="execution-role-missing",
        subject="checkout:7",
        confidence=Confidence.MEASURED,
        title="t",
        explanation="e",
        fix=Fix(),
        docs="d",
    )
    (found,) = diagnose(case(private_vpc(), offline=(offline,)))
    assert replace(offline, subnets=SUBNETS, fix=found.fix) == found


def test_an_expected_privacy_that_does_not_hold_is_a_finding() -> None:
    """A public address of a needed service; S3's own through the gateway endpoint are private."""
    told = tuple(
        replace(one, address=S3_ADDRESS if one.target == "s3" else PUBLIC) if one.layer is Layer.TCP else one
        for one in works(*TARGETS)
    )
    found = diagnose(case(private_vpc(), *(outcome(one, *told) for one in SUBNETS), expect_private=True))
    assert ["ecr.api", "ecr.dkr", "secretsmanager", "logs"] == [one.subject for one in found]


def test_an_expected_block_that_does_not_hold_is_a_finding() -> None:
    """The host was reached."""
    host = "db.internal:5432"
    blocked = blocked_target(host, "us-east-1")
    whole = tuple(outcome(one, *works(*TARGETS, blocked)) for one in SUBNETS)
    found = diagnose(case(private_vpc(), *whole, targets=(*TARGETS, blocked)))
    assert [("unexpected-access", host)] == [(one.code, one.subject) for one in found]


def test_a_large_vpc_is_diagnosed_at_once() -> None:
    """Forty subnets of which none could be measured are one finding, with evidence that can be read."""
    from probe.evidence.snapshot import Route
    from tests.builders.vpcs import table

    names = tuple(f"subnet-{number}" for number in range(40))
    subnets = tuple(
        replace(nat_vpc().subnets[0], id=name, cidr=f"10.0.{number + 20}.0/24")  # type: ignore[index]
        for number, name in enumerate(names)
    )
    lost = nat_vpc(
        subnets=subnets, route_tables=(table("rtb-1", names, Route(destination=VPC_CIDR, target="local")),)
    )
    found = diagnose(case(lost, spec=spec(subnets=names)))
    assert [("no-route-to-internet", 40, True)] == [
        (one.code, len(one.subnets), len(one.evidence) < 12) for one in found
    ]
