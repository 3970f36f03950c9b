"""RegisterTaskDefinition refuses what ECS refuses, in its words, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from probe.lab.api.errors import ApiError
from probe.lab.fargate import definitions

ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com/checkout:1.0"


def container(name: str = "app", **fields: Any) -> dict[str, Any]:
    return {"name": name, "image": ECR, "essential": True, **fields}


def definition(*containers: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "family": "checkout",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
        "containerDefinitions": list(containers) or [container()],
        **fields,
    }


def on(name: str, condition: str) -> list[dict[str, str]]:
    return [{"containerName": name, "condition": condition}]


CLEAR = {"fileSystemId": "fs-1", "authorizationConfig": {"iam": "ENABLED"}}
REFUSED = {
    "cpu-not-offered": (definition(cpu="300"), "given values: 300 CPU, 512 memory"),
    "memory-too-large": (definition(memory="4096"), "given values: 256 CPU, 4096 memory"),
    "memory-between": (definition(cpu="1024", memory="2500"), "given values: 1024 CPU, 2500 memory"),
    "no-cpu": (definition(cpu=None), "Fargate requires that 'cpu' be defined at the task level."),
    "bridge": (definition(networkMode="bridge"), "Fargate only supports network mode 'awsvpc'."),
    "ecr-without-role": (definition(executionRoleArn=None), "execution role ARN to support ECR images."),
    "logs-without-role": (
        definition(
            container(image="nginx", logConfiguration={"logDriver": "awslogs"}), executionRoleArn=None
        ),
        "execution role ARN to support log driver awslogs.",
    ),
    "secrets-without-role": (
        definition(
            container(image="nginx", secrets=[{"name": "A", "valueFrom": "/a"}]), executionRoleArn=None
        ),
        "you must also specify a value for 'executionRoleArn'.",
    ),
    "eleven": (definition(*(container(str(n)) for n in range(11))), "at most 10 container definitions"),
    "twins": (definition(container(), container()), "Container name 'app' is not unique"),
    "none-essential": (definition(container(essential=False)), "At least one container must be marked"),
    "complete-on-essential": (
        definition(container(), container("b", dependsOn=on("app", "COMPLETE"))),
        "The essential container 'app' cannot have the condition COMPLETE.",
    ),
    "depends-on-nobody": (
        definition(container(dependsOn=on("ghost", "START"))),
        "The container 'ghost' in its dependsOn does not exist",
    ),
    "healthy-without-check": (
        definition(container(), container("b", dependsOn=on("app", "HEALTHY"))),
        "the condition HEALTHY needs a health check there",
    ),
    "cycle": (
        definition(container(dependsOn=on("b", "START")), container("b", dependsOn=on("app", "START"))),
        "The container dependencies have a cycle",
    ),
    "unknown-volume": (
        definition(container(mountPoints=[{"sourceVolume": "results", "containerPath": "/results"}])),
        "Unknown volume 'results'.",
    ),
    "too-long": (
        definition(container(environment=[{"name": "PLAN", "value": "x" * 65_536}])),
        "Max allowed length is '65536' bytes.",
    ),
    "identity-in-the-clear": (
        definition() | {"volumes": [{"name": "v", "efsVolumeConfiguration": CLEAR}]},
        "requires transitEncryption",
    ),
    "privileged": (
        definition(container(privileged=True)),
        "Fargate compatible task definitions do not support privileged",
    ),
    "path-of-the-host": (
        definition(volumes=[{"name": "v", "host": {"sourcePath": "/etc"}}]),
        "Fargate compatible task definitions do not support sourcePath",
    ),
    "links": (definition(container(links=["db"])), "Links are not supported when networkMode=awsvpc"),
    "ports-that-differ": (
        definition(container(portMappings=[{"containerPort": 80, "hostPort": 8080}])),
        "the host ports and container ports in port mappings must match.",
    ),
    "nothing": (definition() | {"containerDefinitions": []}, "Container definitions should not be empty."),
}


@pytest.mark.parametrize(("written", "words"), REFUSED.values(), ids=REFUSED)
def test_a_definition_is_refused_in_the_words_of_ecs(written: dict[str, Any], words: str) -> None:
    """The answer is a ClientException that names what is wrong."""
    with pytest.raises(ApiError) as refusal:
        definitions.check(written)
    assert (refusal.value.code, words in refusal.value.message) == ("ClientException", True), refusal.value


ACCEPTED = {
    "plain": definition(),
    "no-role-needed": definition(container(image="nginx"), executionRoleArn=None),
    "units": definition(cpu="1 vCPU", memory="2 GB"),
    "units written together": definition(cpu=".25 vCPU", memory="0.5GB"),
    "ten": definition(*(container(str(n)) for n in range(10))),
    "complete-on-optional": definition(
        container("probe", essential=False), container("verdict", dependsOn=on("probe", "COMPLETE"))
    ),
    "volume": definition(
        container(mountPoints=[{"sourceVolume": "results", "containerPath": "/results"}]),
        volumes=[{"name": "results"}],
    ),
    "ec2": definition(networkMode="bridge", requiresCompatibilities=["EC2"], cpu=None, executionRoleArn=None),
}


@pytest.mark.parametrize("written", ACCEPTED.values(), ids=ACCEPTED)
def test_a_valid_definition_is_registered(written: dict[str, Any]) -> None:
    """Nothing is raised."""
    definitions.check(written)


def test_a_task_of_another_system_is_said_to_be_lacking() -> None:
    """It would run here as Linux: that would be pretending."""
    with pytest.raises(ApiError) as refusal:
        definitions.check(definition(runtimePlatform={"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}))
    assert "the lab lacks this: tasks of WINDOWS_SERVER_2022_CORE" == refusal.value.message


def test_what_fits_fargate_need_not_ask_for_it() -> None:
    """ECS says that a definition is compatible with Fargate, whether it asks to be or not."""
    asked_for_none = definition(requiresCompatibilities=None)
    fits = [definitions.fits_fargate(one) for one in (asked_for_none, asked_for_none | {"cpu": "300"})]
    assert fits == [True, False]


@pytest.mark.parametrize(
    ("cpu", "memory", "shown"),
    [
        ("1 vCPU", "2 GB", {"cpu": "1024", "memory": "2048"}),
        (".25 vCPU", "0.5GB", {"cpu": "256", "memory": "512"}),
        ("256", "512", {"cpu": "256", "memory": "512"}),
    ],
    ids=["units", "together", "plain"],
)
def test_sizes_are_shown_in_cpu_units_and_mebibytes(cpu: str, memory: str, shown: dict[str, str]) -> None:
    """However they were written."""
    assert shown == definitions.sizes(definition(cpu=cpu, memory=memory))


def test_a_role_by_its_name_is_shown_by_its_arn() -> None:
    """ECS fills in the account when a definition is registered: many templates say ``!Ref Role``."""
    given = definition(taskRoleArn="app", executionRoleArn="arn:aws:iam::123456789012:role/exec")
    assert {"taskRoleArn": "arn:aws:iam::123456789012:role/app"} == definitions.roles(given, "123456789012")
