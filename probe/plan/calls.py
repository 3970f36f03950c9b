"""What each requirement asks of which service: the agent's own calls with the agent's arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from probe import references
from probe.model import Call, Noun, Requirement, RequirementKind
from probe.requirements import registries


class Use(Noun, kw_only=True):
    """One use of one host: ``service`` is an endpoint suffix or ``host``, which has ``host`` and ``port``.

    Without a ``host`` it is the service's own in ``region``.  ``transport`` is ``udp``, ``tcp`` or ``tls``
    where the requirement says so.  What is not ``needed`` for a start is wanted after it.
    """

    service: str
    region: str
    because: str
    host: str = ""
    port: int = 443
    transport: str = ""
    call: Call | None = None
    needed: bool = True


class Restraint(Noun, kw_only=True):
    """What the operator forbids: to read the values of secrets, to write to CloudWatch Logs."""

    get_secrets: bool = True
    put_logs: bool = True

    def of(self, call: Call) -> str | None:
        """Why a call is withheld; ``None`` where it may be made."""
        reads = call.operation in _READS_SECRETS or "credentials" in call.arguments
        if reads and not self.get_secrets:
            return "not read (--no-get-secrets)"
        writes = call.operation.startswith("logs:")
        return "not written (--no-put-logs)" if writes and not self.put_logs else None


UNRESTRAINED = Restraint()
_READS_SECRETS = frozenset({"secretsmanager:GetSecretValue", "ssm:GetParameters"})


def uses(requirement: Requirement, restraint: Restraint = UNRESTRAINED) -> Iterator[Use]:
    """Every host that a requirement goes to, and the call it makes there; none where it is not known yet."""
    if requirement.hosts:
        for use in _READERS[requirement.kind](requirement):
            withheld = use.call and restraint.of(use.call)
            call = use.call and msgspec.structs.replace(use.call, withheld=withheld)
            yield msgspec.structs.replace(use, call=call)


def _image(requirement: Requirement) -> Iterator[Use]:
    details = requirement.details
    arguments = {name: details[name] for name in details.keys() & {"pinned", "credentials"}}
    because = f"image of container {requirement.container}"
    pull = Call(operation="registry:Pull", reference=requirement.reference, arguments=arguments)
    image = references.image(requirement.reference)
    registry = references.ecr_registry(image.registry)
    if registry is None:
        # The registry names the host of its layers itself, and the pull follows it there.
        api, *others = (
            Use(service="host", region=requirement.region, because=because, host=host)
            for host in registries.of(image.registry).api
        )
        yield msgspec.structs.replace(api, port=image.port, call=pull)
        yield from others
        return
    token = Call(operation="ecr:GetAuthorizationToken", reference=registry.account)
    at = registry.region
    yield Use(service="ecr.api", region=at, because=because, call=token)
    yield Use(service="ecr.dkr", region=at, because=because, host=requirement.hosts[1], call=pull)
    yield Use(service="s3", region=at, because=f"layers of the {because}")


def _secret(requirement: Requirement) -> Iterator[Use]:
    arguments = {"use": requirement.kind.value} | _selectors(requirement.reference)
    yield _regional(requirement, "secretsmanager", "secretsmanager:GetSecretValue", arguments)


def _selectors(written: str) -> dict[str, str]:
    """Key, stage and version, where the reference gives them; a bare name of credentials has none."""
    if not references.is_secret(written):
        return {}
    selectors = references.secret(written).selectors or ("", "", "")
    return {name: text for name, text in zip(("key", "stage", "version"), selectors, strict=True) if text}


def _parameter(requirement: Requirement) -> Iterator[Use]:
    yield _regional(requirement, "ssm", "ssm:GetParameters", {})


def _object(requirement: Requirement) -> Iterator[Use]:
    arguments = {"format": requirement.details.get("format", "env")}
    yield _regional(requirement, "s3", "s3:GetObject", arguments)


def _credential_spec(requirement: Requirement) -> Iterator[Use]:
    in_s3 = requirement.reference.split(":")[2:3] == ["s3"]
    service, operation = ("s3", "s3:GetObject") if in_s3 else ("ssm", "ssm:GetParameters")
    yield _regional(requirement, service, operation, {"format": "credential-spec"} if in_s3 else {})


def _log_stream(requirement: Requirement) -> Iterator[Use]:
    details = requirement.details
    if details["create_group"] == "true":
        yield _regional(requirement, "logs", "logs:CreateLogGroup", {})
    arguments = {"prefix": details["prefix"], "container": requirement.container}
    yield _regional(requirement, "logs", "logs:CreateLogStream", arguments)


def _regional(requirement: Requirement, service: str, operation: str, arguments: dict[str, str]) -> Use:
    call = Call(operation=operation, reference=requirement.reference, arguments=arguments)
    because = f"{requirement.variable or requirement.reference} of container {requirement.container}"
    return Use(service=service, region=requirement.region, because=because, call=call)


def _host(requirement: Requirement) -> Iterator[Use]:
    """What somebody dials who is not the agent: a log driver, or what runs beside the containers."""
    host, _, port = requirement.reference.rpartition(":")
    details, drives = requirement.details, requirement.kind is RequirementKind.LOG_DESTINATION
    use = Use(
        service=details.get("service", "host"),
        region=requirement.region,
        because=f"log driver of container {requirement.container}" if drives else requirement.container,
        transport=details.get("transport", ""),
        needed=details.get("gates_start", "true") == "true",
    )
    yield use if "service" in details else msgspec.structs.replace(use, host=host, port=int(port))


def _file_system(requirement: Requirement) -> Iterator[Use]:
    yield Use(
        service="host",
        region=requirement.region,
        because=f"volume {requirement.container}",
        host=requirement.hosts[0],
        port=2049,
    )


_READERS: dict[RequirementKind, Callable[[Requirement], Iterator[Use]]] = {
    RequirementKind.IMAGE: _image,
    RequirementKind.REGISTRY_CREDENTIALS: _secret,
    RequirementKind.SECRET: _secret,
    RequirementKind.PARAMETER: _parameter,
    RequirementKind.ENV_FILE: _object,
    RequirementKind.CREDENTIAL_SPEC: _credential_spec,
    RequirementKind.LOG_STREAM: _log_stream,
    RequirementKind.LOG_DESTINATION: _host,
    RequirementKind.FILE_SYSTEM: _file_system,
    RequirementKind.HOST: _host,
}
