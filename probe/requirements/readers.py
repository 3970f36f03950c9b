"""One reader a kind of requirement: a container in, what it needs out.

Each yields what the definition says, with the hosts that the text determines: none for a placeholder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

import msgspec

from probe import endpoints, references
from probe.model import Correction, Requirement, RequirementKind
from probe.requirements import offline, outputs, placeholders, registries
from probe.requirements.definitions import Definition, mapping, mappings, text
from probe.requirements.place import Place, arn_region, service_hosts


def read(definition: Definition, place: Place) -> Iterator[Requirement]:
    """Every requirement of a definition, container by container, then its volumes."""
    for number, container in enumerate(mappings(definition.get("containerDefinitions")), 1):
        yield from of_container(container, place, f"container-{number}")
    yield from _of_volumes(definition, place)


def of_container(container: Definition, place: Place, unnamed: str = "") -> Iterator[Requirement]:
    """Every requirement of one container, which is called ``unnamed`` where it has no name."""
    label = text(container.get("name")) or unnamed
    for read in _READERS:
        yield from read(container, label, place)


def _of_image(container: Definition, label: str, place: Place) -> Iterator[Requirement]:
    written = text(container.get("image"))
    if not written:
        return
    refused = offline.refusal(written, references.image)
    unknown = placeholders.in_image(written)
    hosts, region = ((), "") if refused or unknown else _image_hosts(references.image(written))
    pinned = place.images.get(label, written)
    found = {
        "pinned": pinned if pinned != written else "",
        "credentials": _credentials(container),
        "malformed": refused if not unknown else "",
    }
    yield Requirement(
        kind=RequirementKind.IMAGE,
        container=label,
        reference=written,
        region=region or place.region,
        hosts=hosts,
        details={key: value for key, value in found.items() if value},
    )


def _image_hosts(image: references.Image) -> tuple[tuple[str, ...], str]:
    """The hosts that a pull goes to, and the region that they are in, where they are in one."""
    private = references.ecr_registry(image.registry)
    if private is None:
        other = registries.of(image.registry)
        return (*other.api, *other.layers), ""
    needed = (endpoints.host("ecr.api", private.region), image.registry, endpoints.host("s3", private.region))
    return needed, private.region


def _credentials(container: Definition) -> str:
    return text(mapping(container.get("repositoryCredentials")).get("credentialsParameter"))


def _of_credentials(container: Definition, label: str, place: Place) -> Iterator[Requirement]:
    written = _credentials(container)
    if written:
        region = arn_region(written, place)
        refused = offline.refusal(written, references.credentials)
        yield Requirement(
            kind=RequirementKind.REGISTRY_CREDENTIALS,
            container=label,
            reference=offline.shown(written),
            variable="repositoryCredentials",
            region=region,
            hosts=() if refused else service_hosts(region, "secretsmanager"),
            details=_malformed(written, refused),
            corrections=_instead(
                "credentialsParameter", written, _whole_secret(written) if refused else None
            ),
        )


def _whole_secret(written: str) -> str | None:
    """A registry's credentials without the selectors that only ``secrets`` take."""
    found = references.meant(written)
    return references.secret_id(found) if found and references.is_secret(found) else None


def _of_secrets(container: Definition, label: str, place: Place) -> Iterator[Requirement]:
    logging = mappings(container.get("logConfiguration"))
    listed = chain(
        mappings(container.get("secrets")), *(mappings(one.get("secretOptions")) for one in logging)
    )
    for secret in listed:
        written = text(secret.get("valueFrom"))
        if written:
            yield value_from(written, label, text(secret.get("name")) or None, place)


def _malformed(written: str, refused: str) -> dict[str, str]:
    """What is wrong with a reference; nothing where placeholders still stand in it."""
    return {"malformed": refused} if refused and not placeholders.in_arn(written) else {}


def value_from(written: str, label: str, variable: str | None, place: Place) -> Requirement:
    """One ``valueFrom``: Secrets Manager's by its ARN, everything else a parameter.

    A reference that the agent would refuse keeps its place in the list, without hosts: nothing is asked.
    """
    is_secret = references.is_secret(placeholders.bare(written))
    kind = RequirementKind.SECRET if is_secret else RequirementKind.PARAMETER
    refused = offline.refusal(written)
    region = arn_region(written, place)
    services = ["secretsmanager"] if kind is RequirementKind.SECRET else ["ssm"]
    if references.stands_for_secret(written):
        services.append("secretsmanager")
    return Requirement(
        kind=kind,
        container=label,
        reference=offline.shown(written),
        variable=variable,
        region=region,
        hosts=() if refused else service_hosts(region, *services),
        details=_malformed(written, refused),
        corrections=_meant(written, refused),
    )


def _meant(written: str, refused: str) -> tuple[Correction, ...]:
    """A ``valueFrom`` as it can only have been meant, where the agent or Parameter Store refuses it."""
    if placeholders.in_arn(written):
        return ()
    found = references.meant(written) if refused else references.without_version(written)
    return _instead("valueFrom", written, found)


def _instead(key: str, written: str, meant: str | None) -> tuple[Correction, ...]:
    return (Correction(key=key, written=written, instead={key: meant}),) if meant else ()


def _of_environment_files(container: Definition, label: str, place: Place) -> Iterator[Requirement]:
    for file in mappings(container.get("environmentFiles")):
        written = text(file.get("value"))
        if written:
            yield _object(written, label, "environmentFiles", place)


def _of_firelens(container: Definition, label: str, place: Place) -> Iterator[Requirement]:
    options = mapping(mapping(container.get("firelensConfiguration")).get("options"))
    written = text(options.get("config-file-value"))
    if text(options.get("config-file-type")) == "s3" and written:
        yield _object(written, label, "firelensConfiguration", place, format="firelens")


def _of_credential_specs(container: Definition, label: str, place: Place) -> Iterator[Requirement]:
    """The specs in S3 or SSM; one in a file on the instance needs nothing."""
    specs = container.get("credentialSpecs")
    for written in (text(spec) for spec in (specs if isinstance(specs, list) else ())):
        where = written.partition(":")[2]
        if not written or where.startswith("file:"):
            continue
        refused = offline.refusal(written, references.credential_spec)
        read_one = _object if where.split(":")[2:3] == ["s3"] else value_from
        found = read_one(where, label, "credentialSpecs", place)
        yield msgspec.structs.replace(
            found,
            kind=RequirementKind.CREDENTIAL_SPEC,
            reference=where if not refused else offline.shown(written),
            hosts=() if refused else found.hosts,
            details=_malformed(written, refused),
        )


def _object(written: str, label: str, variable: str, place: Place, **details: str) -> Requirement:
    """An S3 object read before a container starts; its bucket is taken to be in the task's region."""
    try:
        bucket = references.s3_object(written).bucket if not placeholders.found(written) else ""
    except references.MalformedReferenceError:
        bucket = ""
    known = bucket and place.region
    return Requirement(
        kind=RequirementKind.ENV_FILE,
        container=label,
        reference=written,
        variable=variable,
        region=place.region,
        hosts=(endpoints.bucket_host(bucket, place.region),) if known else (),
        details=details,
    )


def _of_volumes(definition: Definition, place: Place) -> Iterator[Requirement]:
    for volume in mappings(definition.get("volumes")):
        efs = mapping(volume.get("efsVolumeConfiguration"))
        identity = text(efs.get("fileSystemId"))
        if identity:
            known = place.region and not placeholders.in_word(identity)
            yield Requirement(
                kind=RequirementKind.FILE_SYSTEM,
                container=text(volume.get("name")),
                reference=identity,
                region=place.region,
                hosts=(endpoints.file_system_host(identity, place.region),) if known else (),
                details=_of_mount(efs),
            )


def _of_mount(efs: Definition) -> dict[str, str]:
    """How a file system is mounted, where that differs from the default: NFS in the clear, as nobody.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html
    """
    authorization = mapping(efs.get("authorizationConfig"))
    found = {
        "transit_encryption": "true" if text(efs.get("transitEncryption")) == "ENABLED" else "",
        "access_point": text(authorization.get("accessPointId")),
        "iam": "true" if text(authorization.get("iam")) == "ENABLED" else "",
    }
    return {name: value for name, value in found.items() if value}


_READERS: tuple[Callable[[Definition, str, Place], Iterator[Requirement]], ...] = (
    _of_secrets,
    _of_credentials,
    _of_image,
    outputs.read,
    _of_environment_files,
    _of_firelens,
    _of_credential_specs,
)
