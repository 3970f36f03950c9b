"""taskdef.json is a request that ECS takes, and the container's names and places are its own."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.validate import ParamValidator

from probe.endpoints import SERVICES

ROOT = Path(__file__).resolve().parent.parent


@cache
def template() -> dict[str, Any]:
    """The parsed file."""
    parsed: dict[str, Any] = json.loads((ROOT / "taskdef.json").read_text())
    return parsed


def containers() -> dict[str, dict[str, Any]]:
    """Its containers by name."""
    return {one["name"]: one for one in template()["containerDefinitions"]}


def test_ecs_takes_it_as_it_stands() -> None:
    """Every key and type is one of RegisterTaskDefinition's."""
    client = boto3.client("ecs", region_name="eu-north-1", aws_access_key_id="x", aws_secret_access_key="y")
    shape = client.meta.service_model.operation_model("RegisterTaskDefinition").input_shape
    assert "" == ParamValidator().validate(template(), shape).generate_report()


def test_it_has_a_reporter_a_service_and_ten_containers() -> None:
    """ECS takes ten at most: the probe, eight reporters, the verdict."""
    reporters = {one["command"][1] for one in containers().values() if one["command"]}
    assert ({*SERVICES, "total"}, 10) == (reporters, len(containers()))


def test_only_the_last_container_is_essential_and_it_waits_for_all() -> None:
    """An essential container that ends takes the others with it."""
    essential = [name for name, one in containers().items() if one["essential"]]
    waited = {one["containerName"] for one in containers()["verdict"]["dependsOn"]}
    assert (["verdict"], set(containers()) - {"verdict"}) == (essential, waited)


def test_nothing_in_it_needs_the_network_to_start() -> None:
    """Secrets or a log driver would kill the instrument by what it is to measure."""
    asked = {key for one in containers().values() for key in one} & {"secrets", "logConfiguration"}
    assert set() == asked


def test_every_container_is_unprivileged_and_shares_one_volume() -> None:
    """Read-only, no capabilities, a user of its own; only the probe writes the results."""
    found = [
        (
            one["readonlyRootFilesystem"],
            one["user"],
            one["linuxParameters"]["capabilities"]["drop"],
            one["mountPoints"][0]["containerPath"],
        )
        for one in containers().values()
    ]
    writers = [name for name, one in containers().items() if not one["mountPoints"][0]["readOnly"]]
    assert ([(True, "65532", ["ALL"], "/results")] * 10, ["probe"]) == (found, writers)


def test_the_image_owns_the_volume_that_the_definition_mounts() -> None:
    """Fargate's volumes are root's unless the image makes the path and declares it."""
    text = (ROOT / "Dockerfile").read_text()
    assert [True, True, True] == [
        line in text
        for line in ("install -d -o 65532 -g 65532 /results", "VOLUME /results", "USER 65532:65532")
    ]
