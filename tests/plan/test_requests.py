"""The exact requests: valid for AWS's own model, one a subnet, within ECS's limits."""

from __future__ import annotations

from typing import Any

import boto3
import msgspec
import pytest
from botocore.validate import ParamValidator
from msgspec.structs import replace

from probe import plan
from probe.launch import template
from probe.model import Plan, Requirement, Spec, Work
from tests.plan.definitions import ACCOUNT, IMAGE, REGION, ROLE, SPEC, needs, secret

RUN = "0a1b2c3d"


def made(spec: Spec = SPEC, wanted: tuple[Requirement, ...] | None = None, **options: Any) -> Plan:
    wanted = needs((secret("db"),)) if wanted is None else wanted
    targets = plan.targets(wanted, region=REGION, account=ACCOUNT)
    return plan.build(spec, targets, template.load(), plan.Options(run=RUN, image=IMAGE, **options), wanted)


def environment(request: dict[str, Any]) -> dict[str, str]:
    (probe,) = request["overrides"]["containerOverrides"]
    return {one["name"]: one["value"] for one in probe["environment"]}


def model() -> Any:
    session = boto3.Session(aws_access_key_id="AKIA", aws_secret_access_key="none", region_name=REGION)
    return session.client("ecs").meta.service_model


@pytest.mark.parametrize(
    "spec",
    [
        SPEC,
        replace(SPEC, assign_public_ip=True, platform_version=None, execution_role=None),
        replace(SPEC, launch_type=None, capacity_providers=("FARGATE_SPOT",), architecture="ARM64"),
    ],
    ids=["plain", "public-without-role", "spot-on-arm"],
)
def test_every_request_is_valid_by_aws_own_model(spec: Spec) -> None:
    """Nothing is started to find out that a field is misspelt."""
    built = made(spec)
    service = model()
    asked = [("RegisterTaskDefinition", built.definition), *(("RunTask", run.request) for run in built.runs)]
    reports = [
        ParamValidator().validate(request, service.operation_model(name).input_shape).generate_report()
        for name, request in asked
    ]
    assert [""] * 3 == reports


def test_a_run_is_in_one_subnet_with_the_execution_role_as_its_task_role() -> None:
    """ECS chooses among several subnets; the probe's calls carry the identity that the agent uses."""
    requests = [run.request for run in made().runs]
    assert [["subnet-a"], ["subnet-b"]] == [
        one["networkConfiguration"]["awsvpcConfiguration"]["subnets"] for one in requests
    ]
    assert {ROLE} == {
        one["overrides"][key] for one in requests for key in ("taskRoleArn", "executionRoleArn")
    }


def test_a_pull_role_pulls_and_nothing_else() -> None:
    """The probe's image may lie where the service's role must not go."""
    pulling = f"arn:aws:iam::{ACCOUNT}:role/pull"
    built = made(pull_role=pulling)
    overrides = built.runs[0].request["overrides"]
    assert (pulling, ROLE) == (overrides["executionRoleArn"], overrides["taskRoleArn"])
    assert (pulling, ROLE) == (built.definition["executionRoleArn"], built.definition["taskRoleArn"])


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (SPEC, {"launchType": "FARGATE", "platformVersion": "1.4.0"}),
        (
            replace(SPEC, launch_type=None, capacity_providers=("FARGATE_SPOT",), platform_version=None),
            {"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]},
        ),
    ],
    ids=["launch-type", "capacity-provider"],
)
def test_what_decides_reachability_is_copied(spec: Spec, expected: dict[str, Any]) -> None:
    """Launch type, capacity provider and platform version are the service's, and absent where it has none."""
    keys = ("launchType", "capacityProviderStrategy", "platformVersion")
    request = made(spec).runs[0].request
    assert expected == {key: request[key] for key in keys if key in request}


def test_the_verdict_waits_for_every_other_container() -> None:
    """When an essential container exits the task stops, so the only one comes last."""
    containers = made().definition["containerDefinitions"]
    essential = [one["name"] for one in containers if one["essential"]]
    waited = [one["containerName"] for one in containers[-1]["dependsOn"]]
    assert (["verdict"], [one["name"] for one in containers[:-1]]) == (essential, waited)


def test_a_reporter_is_named_like_its_group_and_told_it() -> None:
    """Container names have no dots; groups have."""
    containers = made().definition["containerDefinitions"]
    told = {one["name"]: one["command"] for one in containers[1:]}
    assert (["report", "ecr.api"], ["report", "total"]) == (told["ecr-api"], told["verdict"])


def test_the_work_is_in_the_overrides_while_it_fits() -> None:
    """One definition serves every subnet; each run carries its own work."""
    built = made()
    works = [msgspec.json.decode(environment(run.request)["PROBE_PLAN"], type=Work) for run in built.runs]
    assert ([run.work for run in built.runs], []) == (
        works,
        built.definition["containerDefinitions"][0]["environment"],
    )


def test_a_large_work_travels_in_the_definition() -> None:
    """Above 8,192 characters of overrides one work serves all, and only the subnet is overridden."""
    wanted = needs(tuple(secret(f"secret-{number}") for number in range(60)))
    built = made(wanted=wanted)
    (variable,) = built.definition["containerDefinitions"][0]["environment"]
    text = variable["value"].replace("{subnet}", "subnet-b")
    assert {"PROBE_SUBNET": "subnet-b"} == environment(built.runs[1].request)
    assert built.runs[1].work == msgspec.json.decode(text, type=Work)


def test_every_request_stays_within_the_limit_of_overrides() -> None:
    """RunTask refuses more than 8,192 characters; a work travels in them up to there, whatever its size."""
    sizes = [
        len(msgspec.json.encode(run.request["overrides"]))
        for count in range(60)
        for run in made(wanted=needs(tuple(secret(f"s{number}") for number in range(count)))).runs
    ]
    assert 8_192 >= max(sizes) > 7_900


def test_what_no_definition_can_carry_is_refused_before_anything_starts() -> None:
    """A task definition has 64 KiB in all."""
    wanted = needs(tuple(secret(f"secret-{number}") for number in range(600)))
    with pytest.raises(plan.OversizedPlanError, match="65,536"):
        made(wanted=wanted)


@pytest.mark.parametrize(
    ("wanted", "group", "expected"),
    [
        (needs(), None, ("/ecs/checkout", f"ecs/app/probe-{RUN}-subnet-a")),
        (needs(), "/probe", ("/probe", f"ecs/app/probe-{RUN}-subnet-a")),
        ((), "/probe", ("/probe", f"run-probe/probe/probe-{RUN}-subnet-a")),
        ((), None, None),
    ],
    ids=["definition", "both", "operator", "neither"],
)
def test_the_probe_logs_in_the_services_own_namespace(
    wanted: tuple[Requirement, ...], group: str | None, expected: tuple[str, str] | None
) -> None:
    """Roles are often scoped to a group and a stream prefix; without a group nothing is written."""
    sink = made(wanted=wanted, log_group=group).runs[0].work.logs
    assert expected == (sink and (sink.group, sink.stream))
