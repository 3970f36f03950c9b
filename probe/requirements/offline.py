"""What a task definition says about itself before anything is measured: findings by reading alone.

A reference with a placeholder is not judged; what cannot be known yet is not wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from probe import references
from probe.model import Confidence, Finding, Fix, Requirement, RequirementKind
from probe.requirements import log_drivers, outputs, placeholders
from probe.requirements.definitions import Definition, mapping, mappings, name, text
from probe.requirements.place import Place

_NEEDS_ROLE = {
    RequirementKind.IMAGE: "pulls from ECR",
    RequirementKind.SECRET: "reads secrets",
    RequirementKind.PARAMETER: "reads parameters",
    RequirementKind.REGISTRY_CREDENTIALS: "reads registry credentials",
    RequirementKind.LOG_STREAM: "uses awslogs",
    RequirementKind.ENV_FILE: "reads files from S3",
}
_PARTS = ("secrets", "environmentFiles", "repositoryCredentials", "logConfiguration", "firelensConfiguration")
"""The parts of a container that hold references."""
_AGENT_READS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html"


def findings(
    definition: Definition, requirements: tuple[Requirement, ...], place: Place
) -> tuple[Finding, ...]:
    """Everything wrong that can be said without a network."""
    label = name(definition)
    return tuple(
        chain(
            _role_missing(definition, requirements, label) if place.fargate else (),
            _images(requirements, label),
            _malformed(requirements, label),
            _environment_files(requirements, label),
            _log_options(definition, label, place),
        )
    )


def refusal(written: str, read: Callable[[str], object] = references.value_from) -> str:
    """Why the agent would refuse a reference as it is written; empty where it would not."""
    try:
        read(written)
    except references.MalformedReferenceError as error:
        return str(error)
    return ""


def shown(written: str) -> str:
    """A reference as it may be printed: a connection string pasted into one is cut away."""
    head, mark, _ = written.partition("://")
    return f"{head.rpartition(':')[0]}:..." if mark else written


def unknown_parts(definition: Definition) -> Iterator[str]:
    """The placeholders in what is read besides references, and the places of what is not yet given."""
    yield from placeholders.in_arn(text(definition.get("executionRoleArn")))
    yield from (part for part in ("containerDefinitions", "volumes") if _is_computed(definition.get(part)))
    for container in mappings(definition.get("containerDefinitions")):
        yield from _not_given(container)
        for logging in mappings(container.get("logConfiguration")):
            options = mapping(logging.get("options"))
            yield from placeholders.in_word(text(options.get("awslogs-region")))
            yield from placeholders.found(text(options.get("awslogs-group")))
    for volume in mappings(definition.get("volumes")):
        yield from placeholders.in_word(
            text(mapping(volume.get("efsVolumeConfiguration")).get("fileSystemId"))
        )


def _not_given(container: Definition) -> Iterator[str]:
    """The places in a container where a reference is still to come."""
    label = text(container.get("name"))
    if not text(container.get("image")):
        yield f"{label}.image"
    yield from (f"{label}.{part}" for part in _PARTS if _is_computed(container.get(part)))
    for secret in mappings(container.get("secrets")):
        if not text(secret.get("valueFrom")):
            yield f"{label}.secrets.{text(secret.get('name'))}"


def _is_computed(part: object) -> bool:
    """Whether a template's function stands for a part, or for one of its items: ``Fn::If`` around a list."""
    return any(placeholders.found(text(one)) for one in (part if isinstance(part, list) else (part,)))


def _role_missing(
    definition: Definition, requirements: tuple[Requirement, ...], label: str
) -> Iterator[Finding]:
    reasons = dict.fromkeys(_NEEDS_ROLE[one.kind] for one in requirements if _wants_role(one))
    if reasons and not text(definition.get("executionRoleArn")):
        yield _finding(
            "execution-role-missing",
            label,
            "The task definition names no execution role",
            f"It {', '.join(reasons)}, and on Fargate the agent does that with the execution role alone.",
            f"see {_AGENT_READS}",
        )


def on_fargate(definition: Definition) -> bool:
    """Whether the definition asks to be checked for Fargate."""
    required = definition.get("requiresCompatibilities")
    return isinstance(required, list) and "FARGATE" in required


def _wants_role(requirement: Requirement) -> bool:
    if requirement.kind is RequirementKind.IMAGE:
        return ".dkr.ecr" in requirement.reference or ".dkr-ecr" in requirement.reference
    return requirement.kind in _NEEDS_ROLE


def _images(requirements: tuple[Requirement, ...], label: str) -> Iterator[Finding]:
    """Images that no registry is asked for: their references are refused before."""
    for one in requirements:
        if one.kind is RequirementKind.IMAGE and "malformed" in one.details:
            yield _finding(
                "image-not-found",
                one.reference,
                f"Container {one.container} names an image that the agent refuses",
                f"It is {one.details['malformed']}.",
                f"{label}/{one.container}",
            )


def _malformed(requirements: tuple[Requirement, ...], label: str) -> Iterator[Finding]:
    for one in requirements:
        if "malformed" in one.details and one.kind is not RequirementKind.IMAGE:
            yield _finding(
                "secret-reference-malformed",
                f"{label}/{one.container}/{one.variable or 'valueFrom'}",
                f"The agent refuses the reference of {one.variable or 'a variable'}",
                f"It is {one.details['malformed']}.",
                one.reference,
            )


def _environment_files(requirements: tuple[Requirement, ...], label: str) -> Iterator[Finding]:
    for one in requirements:
        if one.variable != "environmentFiles" or placeholders.in_arn(one.reference):
            continue
        try:
            references.environment_file(one.reference)
        except references.MalformedReferenceError as error:
            yield _finding(
                "env-file-malformed",
                one.reference,
                f"Container {one.container} names an environment file that the agent refuses",
                f"It is {error}.",
                f"{label}/{one.container}",
            )


def _log_options(definition: Definition, label: str, place: Place) -> Iterator[Finding]:
    for container in mappings(definition.get("containerDefinitions")):
        for logging in mappings(container.get("logConfiguration")):
            complaints = _driver_complaints(logging, place)
            if complaints:
                yield _finding(
                    "log-options-invalid",
                    f"{label}/{text(container.get('name'))}",
                    f"The log driver of {text(container.get('name'))} rejects its options",
                    f"{'; '.join(complaints)}.",
                    *complaints,
                )


def _driver_complaints(logging: Definition, place: Place) -> tuple[str, ...]:
    """What ``awslogs`` rejects; or a driver that Fargate lacks."""
    driver = text(logging.get("logDriver"))
    if place.fargate and driver not in {*log_drivers.OF_FARGATE, ""} and not placeholders.in_word(driver):
        return (f"{driver} is no log driver of Fargate, which has {', '.join(log_drivers.OF_FARGATE)}",)
    return tuple(map(str, outputs.faults(logging, place))) if driver == "awslogs" else ()


def _finding(code: str, subject: str, title: str, explanation: str, *evidence: str) -> Finding:
    return Finding(
        code=code,
        subject=subject,
        confidence=Confidence.INFERRED,
        title=title,
        explanation=explanation,
        evidence=evidence,
        fix=Fix(),
        docs=f"docs/findings/{code}.md",
    )
