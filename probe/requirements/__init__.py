"""What must work for the tasks of a definition to start: the definition read as the agent reads it.

Pure: a mapping goes in, requirements, offline findings and the placeholders still unknown come out.  A
definition may hold anything anywhere; what has the wrong type counts as absent and raises nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from probe import endpoints
from probe.model import Finding, Noun, Requirement, RequirementKind, Spec
from probe.requirements import companions, offline, placeholders, readers
from probe.requirements.definitions import Definition, text
from probe.requirements.place import Place


class Needs(Noun, kw_only=True):
    """What a definition needs; what is wrong with it as it stands; what is not known yet, as written."""

    requirements: tuple[Requirement, ...]
    findings: tuple[Finding, ...]
    unknown: tuple[str, ...]


def needs(
    definition: Definition,
    *,
    region: str,
    account: str,
    images: Mapping[str, str] | None = None,
    fargate: bool = False,
) -> Needs:
    """Everything that a definition needs in order to start, container by container.

    ``region`` is the task's, empty when not known; ``images`` maps a container to its pinned image.
    ``fargate`` is that the tasks run there, whether or not the definition asks to be checked for it.
    """
    place = Place(
        region=region or region_of(definition),
        account=account,
        images=dict(images or {}),
        fargate=fargate or offline.on_fargate(definition),
    )
    found = tuple(readers.read(definition, place))
    return Needs(
        requirements=found,
        findings=offline.findings(definition, found, place),
        unknown=tuple(dict.fromkeys((*offline.unknown_parts(definition), *_unknown(found)))),
    )


def of_service(found: Needs, spec: Spec) -> Needs:
    """The needs of a service's tasks: those of their definition, and of what the service runs beside them."""
    return msgspec.structs.replace(found, requirements=(*found.requirements, *companions.read(spec)))


def region_of(definition: Definition) -> str:
    """The region a definition belongs to: its ARN's, or the only one that it names; empty when neither."""
    arn = text(definition.get("taskDefinitionArn")).split(":")
    if arn[3:] and endpoints.is_region(arn[3]):
        return arn[3]
    place = Place(region="", account="", images={})
    named = {found.region for found in readers.read(definition, place)} - {""}
    return named.pop() if len(named) == 1 else ""


def _unknown(found: tuple[Requirement, ...]) -> Iterator[str]:
    for requirement in found:
        if requirement.kind is RequirementKind.IMAGE:
            yield from placeholders.in_image(requirement.reference)
        else:
            yield from placeholders.in_arn(requirement.reference)
