"""What one container runs and with which variables: the definition, its overrides, its image, its task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from probe.lab.fargate.agent import Prepared
from probe.lab.fargate.images import Image
from probe.lab.fargate.tasks import Task

METADATA = "169.254.170.2"


def override_of(task: Task, name: str) -> Mapping[str, Any]:
    """The RunTask override of one container, empty when it has none."""
    given = task.order.overrides.get("containerOverrides") or ()
    return next((one for one in given if one.get("name") == name), {})


def command(task: Task, definition: Mapping[str, Any], image: Image) -> tuple[str, ...]:
    """Entry point and arguments: the definition's over the image's, the override's command over both."""
    own = definition.get("entryPoint")
    entry = own or image.config.get("Entrypoint") or []
    # As Docker has it: a definition's entry point discards the image's command.
    default = [] if own else image.config.get("Cmd") or []
    given = override_of(task, definition["name"]).get("command") or definition.get("command")
    return (*entry, *(given or default))


def variables(
    task: Task, definition: Mapping[str, Any], prepared: Prepared, own: Mapping[str, str]
) -> dict[str, str]:
    """Every variable of one container; later sources win, as on ECS.  ``own`` is what the task adds."""
    name = definition["name"]
    override = override_of(task, name)
    image = dict(one.split("=", 1) for one in prepared.images[name].config.get("Env") or () if "=" in one)
    secrets = {one["name"]: prepared.values[one["valueFrom"]] for one in definition.get("secrets") or ()}
    return {
        **image,
        **own,
        **prepared.env_files[name],
        **_named(definition.get("environment")),
        **secrets,
        **_named(override.get("environment")),
    }


def of_task(region: str, container_token: str, credentials_token: str) -> dict[str, str]:
    """What Fargate adds to every container.  ``credentials_token`` is "" where the task has no task role."""
    found = {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
        "ECS_CONTAINER_METADATA_URI": f"http://{METADATA}/v3/{container_token}",
        "ECS_CONTAINER_METADATA_URI_V4": f"http://{METADATA}/v4/{container_token}",
    }
    if credentials_token:
        found["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = f"/v2/credentials/{credentials_token}"
    return found


def of_lab(authorities: str) -> dict[str, str]:
    """The lab's only hook: where the lab's own certificate authority is found, by the product's settings."""
    return {
        "SSL_CERT_FILE": authorities,
        "AWS_CA_BUNDLE": authorities,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def user(definition: Mapping[str, Any], image: Image) -> tuple[int, int] | None:
    """The definition's numeric user and group, or else the image's; names are in layers, unread."""
    uid, _, gid = str(definition.get("user") or image.config.get("User") or "").partition(":")
    if not uid.isdigit() or int(uid) == 0:
        return None
    return int(uid), int(gid) if gid.isdigit() else 0


def _named(pairs: list[Mapping[str, str]] | None) -> dict[str, str]:
    return {one["name"]: one.get("value") or "" for one in pairs or ()}
