"""What Fargate's agent does over the task's own interface before any container runs, in its order.

1. secrets, parameters, registry credentials, ECR authorization, files in S3, file systems; 2. image
manifests; 3. the log driver; 4. config blobs and layers; 5. log drivers that dial by themselves.  The first
failure is the task's stop reason; a later stage's failure proves that the earlier ones passed.  The calling
thread must be in the task's network namespace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from probe.lab.fargate import env_files, images, logs, secrets, volumes
from probe.lab.fargate.calls import Caller


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What the agent is asked to prepare.

    ``definition`` is the task definition; ``platform`` is ``os/architecture`` in an image index's words;
    ``caller`` carries the execution role's session, if the task has such a role; ``admits`` is what file
    systems decide, which the task role asks.
    """

    task_id: str
    definition: Mapping[str, Any]
    region: str
    platform: str
    caller: Caller
    admits: volumes.Admits


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What the containers get: their images by name, and the values of every reference by its text."""

    images: Mapping[str, images.Image]
    values: Mapping[str, str] = field(repr=False)
    env_files: Mapping[str, Mapping[str, str]] = field(repr=False)


def prepare(errand: Errand, on_pull: Callable[[], None]) -> Prepared:
    """Do everything that precedes the containers.  ``on_pull`` is called before the first image is asked for.

    Raises StartError with the stop reason.
    """
    caller, containers = errand.caller, errand.definition["containerDefinitions"]
    values = secrets.values(caller, _references(containers), errand.region)
    logins = _logins(errand, containers)
    files = {
        one["name"]: env_files.read(caller, one.get("environmentFiles") or (), errand.region)
        for one in containers
    }
    env_files.read_routing(caller, containers, errand.region)
    volumes.mount_all(caller.line, errand.definition, errand.region, errand.admits)
    on_pull()
    pulls = {
        image: images.resolve(caller.line, images.parse(image), logins.get(image, ""), errand.platform)
        for image in _distinct(containers)
    }
    logs.check_options(containers)
    for stream in logs.streams(errand.definition, errand.task_id).values():
        logs.open_stream(caller, stream)
    pulled = {image: images.download(caller.line, pull) for image, pull in pulls.items()}
    logs.dial_collectors(caller.line, containers)
    return Prepared(
        images={one["name"]: pulled[one["image"]] for one in containers}, values=values, env_files=files
    )


def _distinct(containers: list[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(str(one["image"]) for one in containers))


def _references(containers: list[Mapping[str, Any]]) -> list[str]:
    found = [one["valueFrom"] for container in containers for one in container.get("secrets") or ()]
    for container in containers:
        driver = container.get("logConfiguration") or {}
        found += [one["valueFrom"] for one in driver.get("secretOptions") or ()]
    return found


def _logins(errand: Errand, containers: list[Mapping[str, Any]]) -> dict[str, str]:
    """The authorization of each image: its own registry's credentials, or a token for its ECR registry."""
    found: dict[str, str] = {}
    tokens: dict[tuple[str, str], str] = {}
    for container in containers:
        image = str(container["image"])
        own = (container.get("repositoryCredentials") or {}).get("credentialsParameter")
        registry = images.parse(image).ecr
        if own:
            found[image] = images.basic(*secrets.registry_login(errand.caller, own, errand.region))
        elif registry and errand.caller.keys:
            if registry not in tokens:
                tokens[registry] = images.registry_token(errand.caller, *registry)
            found[image] = tokens[registry]
    return found
