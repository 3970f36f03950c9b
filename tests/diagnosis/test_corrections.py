"""A definition whose references say where AWS has what they mean: the commands that register it anew."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from probe.diagnosis import Case
from probe.diagnosis.definitions import corrected
from probe.evidence.snapshot import Snapshot
from probe.model import Requirement, RequirementKind
from tests.builders.cases import case, spec
from tests.builders.vpcs import ACCOUNT, REGION, nat_vpc, private_vpc

PARTIAL = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:check.out-master"
WHOLE = f"{PARTIAL}-AbCdEf"
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


def test_every_reference_to_what_was_found_is_edited_and_nothing_else() -> None:
    """Keys, stages and versions are kept; what is absent, and CLI's JSON says so, is not sent back."""
    found = referring(PARTIAL, f"{PARTIAL}:user::", WHOLE, elsewhere={PARTIAL: WHOLE})
    edit = corrected(found)[0].partition(" | ")[2].removesuffix(")")
    done = subprocess.run(
        ["sh", "-euc", edit], input=DEFINITION, capture_output=True, text=True, check=True, timeout=30
    )
    expected = DEFINITION.replace('    "taskRoleArn": null,\n', "")
    expected = expected.replace(f'"valueFrom": "{PARTIAL}"', f'"valueFrom": "{WHOLE}"')
    assert expected.replace(f"{PARTIAL}:user", f"{WHOLE}:user") == done.stdout


def test_the_service_is_moved_to_the_new_revision() -> None:
    """The failing revision is read, registered, and put to use."""
    lines = corrected(referring(PARTIAL, elsewhere={PARTIAL: WHOLE}))
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
        referring("/app/host", elsewhere={"/app/host": "eu-west-1"}),
    ],
    ids=["found-nowhere", "written-rightly", "no-definition", "another-region-and-no-way-there"],
)
def test_nothing_is_printed_that_would_not_mend(found: Case) -> None:
    """A parameter's ARN in another region helps only where packets can go there."""
    assert () == corrected(found)


def test_a_parameter_of_another_region_becomes_its_arn_where_there_is_a_way_out() -> None:
    """A path's slash is the ARN's."""
    lines = corrected(referring("/app/host", elsewhere={"/app/host": "eu-west-1"}, vpc=nat_vpc()))
    assert f'"valueFrom": "arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/app/host"' in lines[0]
