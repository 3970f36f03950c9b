"""A definition whose references say where AWS has what they mean: the commands that register it anew."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from probe import requirements
from probe.diagnosis import Case, diagnose
from probe.diagnosis.definitions import corrected, platform
from probe.evidence.demands import PULL
from probe.evidence.snapshot import Snapshot
from probe.model import Failure, Kind, Layer, Observation, Requirement, RequirementKind, Status
from tests.builders.cases import case, outcome, spec
from tests.builders.vpcs import ACCOUNT, REGION, nat_vpc, private_vpc

PARTIAL = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:check.out-master"
WHOLE = f"{PARTIAL}-AbCdEf"
PARAMETER = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter"
DEFINITION = f"""{{
    "taskRoleArn": null,
    "containerDefinitions": [
        {{"valueFrom": "{PARTIAL}"}},
        {{"valueFrom": "{PARTIAL}:user::"}},
        {{"valueFrom": "{WHOLE}"}},
        {{"value": "{PARTIAL}"}}
    ],
    "family": "checkout"
}}
"""


def referring(*references: str, vpc: Snapshot | None = None, **changes: Any) -> Case:
    kinds = {True: RequirementKind.SECRET, False: RequirementKind.PARAMETER}
    needs = tuple(
        Requirement(
            kind=kinds[one.startswith("arn:")], container="app", reference=one, region=REGION, hosts=()
        )
        for one in references
    )
    return case(vpc or private_vpc(), requirements=needs, **changes)


def edited(commands: tuple[str, ...], text: str) -> str:
    """What the printed ``sed`` makes of a description as the AWS CLI prints it."""
    script = commands[0].partition(" | ")[2].removesuffix(")")
    done = subprocess.run(
        ["sh", "-euc", script], input=text, capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout


def read(*containers: dict[str, Any], **parts: Any) -> Case:
    """The case of a definition in its own words."""
    whole = {"containerDefinitions": list(containers), "executionRoleArn": "r", **parts}
    found = requirements.needs(whole, region=REGION, account=ACCOUNT, fargate=True)
    return case(private_vpc(), requirements=found.requirements, offline=found.findings)


def test_every_reference_to_what_was_found_is_edited_and_nothing_else() -> None:
    """Keys, stages and versions are kept; what is absent, and CLI's JSON says so, is not sent back."""
    found = referring(PARTIAL, f"{PARTIAL}:user::", WHOLE, elsewhere={PARTIAL: WHOLE})
    expected = DEFINITION.replace('    "taskRoleArn": null,\n', "")
    expected = expected.replace(f'"valueFrom": "{PARTIAL}"', f'"valueFrom": "{WHOLE}"')
    edited_text = edited(corrected(found, PARTIAL), DEFINITION)
    assert expected.replace(f"{PARTIAL}:user", f"{WHOLE}:user") == edited_text


def test_the_service_is_moved_to_the_new_revision() -> None:
    """The failing revision is read, registered, and put to use."""
    lines = corrected(referring(PARTIAL, elsewhere={PARTIAL: WHOLE}), PARTIAL)
    assert [True, True, True] == [
        f"--task-definition {spec().task_definition}" in lines[0],
        lines[1].startswith("revision=$(aws ecs register-task-definition"),
        lines[2].endswith('--service checkout --task-definition "$revision"'),
    ]


@pytest.mark.parametrize(
    "found",
    [
        referring(PARTIAL),
        referring(WHOLE, elsewhere={WHOLE: WHOLE}),
        referring(PARTIAL, elsewhere={PARTIAL: WHOLE}, spec=spec(task_definition=None)),
        referring(PARTIAL, elsewhere={PARTIAL: WHOLE}, spec=spec(task_definition="checkout")),
        referring("/app/host", elsewhere={"/app/host": "eu-west-1"}),
    ],
    ids=["found-nowhere", "written-rightly", "no-definition", "a-file", "another-region-and-no-way-there"],
)
def test_nothing_is_printed_that_would_not_mend(found: Case) -> None:
    """A parameter's ARN in another region helps only where packets can go there."""
    assert () == corrected(found, found.requirements[0].reference)


def test_a_parameter_of_another_region_becomes_its_arn_where_there_is_a_way_out() -> None:
    """A path's slash is the ARN's."""
    lines = corrected(
        referring("/app/host", elsewhere={"/app/host": "eu-west-1"}, vpc=nat_vpc()), "/app/host"
    )
    assert f'"valueFrom": "arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/app/host"' in lines[0]


LOGGED = {"awslogs-group": "/ecs/a&b|c", "awslogs-region": REGION, "awslogs-stream-prefix": "app"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"awslogs-create-group": "Yes"}, {"awslogs-create-group": "true"}),
        ({"awslogs-region": "us-east"}, {}),
        ({"awslogs-region": None}, {}),
        ({"awslogs-stream-prefix": None}, {"awslogs-stream-prefix": "ecs"}),
        ({"awslogs-multiline-patern": "^[0-9]"}, {"awslogs-multiline-pattern": "^[0-9]"}),
        ({"splunk-token": "s3cret"}, {}),
        ({"mode": "nonblocking"}, {"mode": "non-blocking"}),
        ({"mode": "blocking", "max-buffer-size": "4m"}, {"mode": "blocking"}),
        ({"awslogs-regoin": REGION, "awslogs-region": None}, {}),
    ],
    ids=lambda row: ",".join(row) or "as-usual",
)
def test_options_say_what_they_can_only_have_meant(
    written: dict[str, str | None], meant: dict[str, str]
) -> None:
    """An option under nearly its name gets it, another driver's goes, and the region is the task's."""
    options = {name: value for name, value in {**LOGGED, **written}.items() if value is not None}
    logging = {"logDriver": "awslogs", "options": options}
    found = read({"name": "app", "image": "nginx", "logConfiguration": logging})
    described = json.dumps(logging, indent=4)
    answer = json.loads(edited(corrected(found, "checkout:7/app"), described))
    assert {**LOGGED, **meant} == answer["options"]


@pytest.mark.parametrize(
    "options",
    [
        LOGGED | {"max-buffer-size": "a lot"},
        LOGGED | {"mode": "?"},
        LOGGED | {"awslogs-group": ""},
        LOGGED | {"awslogs-create-group": "perhaps"},
        LOGGED,
    ],
    ids=["a-size", "a-mode", "a-group", "a-truth-value", "nothing-wrong"],
)
def test_what_only_the_author_knows_is_left_to_the_author(options: dict[str, str]) -> None:
    """No command is printed where one of the faults has several remedies, or where there is none."""
    found = read(
        {"name": "app", "image": "nginx", "logConfiguration": {"logDriver": "awslogs", "options": options}}
    )
    assert () == corrected(found, "checkout:7/app")


def test_the_value_of_another_drivers_option_is_in_no_command() -> None:
    """It may be a token."""
    options = LOGGED | {"splunk-token": "s3cret"}
    found = read(
        {"name": "app", "image": "nginx", "logConfiguration": {"logDriver": "awslogs", "options": options}}
    )
    (finding,) = diagnose(found)
    assert [True, False] == [word in str(finding) for word in ("splunk-token", "s3cret")]


@pytest.mark.parametrize(
    ("key", "written", "meant"),
    [
        ("valueFrom", f"{WHOLE}:user", f"{WHOLE}:user::"),
        ("valueFrom", f"{WHOLE}:user:::", f"{WHOLE}:user::"),
        ("valueFrom", WHOLE.replace(":secret:", ":secret/"), WHOLE),
        ("valueFrom", f"{PARAMETER}:/a", f"{PARAMETER}/a"),
        ("valueFrom", "/aws/reference/secretsmanager/db:1", "/aws/reference/secretsmanager/db"),
        ("credentialsParameter", f"{WHOLE}:user::", WHOLE),
    ],
    ids=["a-colon-each", "too-many", "a-slash", "a-colon", "a-number", "no-selectors"],
)
def test_a_reference_says_what_it_can_only_have_meant(key: str, written: str, meant: str) -> None:
    """Key, stage and version have their order, so that the absent ones can only be the last."""
    part: dict[str, Any] = {"secrets": [{"name": "A", key: written}]}
    if key == "credentialsParameter":
        part = {"repositoryCredentials": {key: written}}
    found = read({"name": "app", "image": "nginx", **part})
    need = next(one for one in found.requirements if one.reference == written)
    answer = edited(corrected(found, f"checkout:7/app/{need.variable}"), json.dumps({key: written}))
    assert {key: meant} == json.loads(answer)


@pytest.mark.parametrize("written", [f"{WHOLE}:k:postgres://u:p@db/x", "db:password::", f"{WHOLE}:a:b:c:d"])
def test_a_reference_that_may_mean_several_things_is_its_authors(written: str) -> None:
    """A connection string, a name that is no ARN, a part too many."""
    found = read({"name": "app", "image": "nginx", "secrets": [{"name": "A", "valueFrom": written}]})
    assert () == corrected(found, "checkout:7/app/A")


def test_a_definition_without_a_role_is_given_one() -> None:
    """The role is made first, with what AWS's own policy lacks, and the description names it."""
    files = [{"value": "arn:aws:s3:::settings/app.env", "type": "s3"}]
    found = read({"name": "app", "image": "nginx", "environmentFiles": files}, executionRoleArn=None)
    (finding,) = diagnose(found)
    role = f'executionRoleArn:`"arn:aws:iam::{ACCOUNT}:role/checkout-task-execution"`'
    assert ("execution-role-missing", True, True) == (
        finding.code,
        "create-role --role-name checkout-task-execution" in finding.fix.cli[0],
        any(role in line for line in finding.fix.cli),
    )


def pulled(image: str, *platforms: str, refused: bool = False) -> Observation:
    """A pull that told what an image is built for, and failed of it or not."""
    failure = Failure(operation=PULL, kind=Kind.PLATFORM_MISMATCH, words="no") if refused else None
    return Observation(
        target="ecr.dkr",
        layer=Layer.CALL,
        operation=PULL,
        status=Status.FAIL if refused else Status.PASS,
        reference=image,
        failure=failure,
        facts={"platforms": platforms} if platforms else {},
    )


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        (("linux/amd64", "linux/arm64"), {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}),
        (("linux/amd64", "linux/s390x"), {}),
        ((), {}),
    ],
    ids=["for-both", "for-neither", "for-the-tasks-alone"],
)
def test_tasks_move_to_a_platform_only_where_every_image_is_built_for_it(
    beside: tuple[str, ...], expected: dict[str, str]
) -> None:
    """One image is for ARM alone; what is beside it decides."""
    needs = read({"name": "app", "image": "a"}, {"name": "side", "image": "b"}).requirements
    seen = (pulled("a", "linux/arm64", refused=True), pulled("b", *beside))
    assert expected == platform(case(private_vpc(), outcome("subnet-a", *seen), requirements=needs))
