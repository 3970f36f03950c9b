"""What a text rules out, what must have worked before it, and what to look at next."""

from __future__ import annotations

import re
from collections.abc import Iterator

from probe.stopped.causes import causes_of, is_transport
from probe.stopped.marks import address_of
from probe.stopped.reason import AddressKind, Cause, Stage, StopReason

_TRANSPORT = (Cause.DNS, Cause.TIMEOUT, Cause.REFUSED, Cause.TLS)
_ANSWERS = (Cause.IAM, Cause.NOT_FOUND, Cause.KMS, Cause.ENDPOINT_POLICY)
_ANSWERED = frozenset({*_ANSWERS, Cause.REFERENCE, Cause.RATE_LIMIT, Cause.AUTH, Cause.PLATFORM})
_ORDER = (
    (Stage.ENI, Stage.ROLE_ASSUMPTION),
    (Stage.REGISTRY_AUTH, Stage.SECRETS_ASM, Stage.SECRETS_SSM),
    (Stage.IMAGE_MANIFEST,),
    (Stage.LOG_DRIVER,),
    (Stage.IMAGE_LAYER,),
    (Stage.CONTAINER_CREATE,),
    (Stage.CONTAINER_START,),
    (Stage.RUNTIME,),
)
_AROUND = frozenset({Stage.RUNTIME, Stage.SCHEDULER, Stage.UNKNOWN})
"""Not on the way that the probe measures."""

_SERVICE = re.compile(
    r"\(?\bservice:? (?!(?:scheduler|call)\b)([\w-]{1,255})\)? (?:\(|was |is |has |failed )", re.IGNORECASE
)
_MEASURE = "measure it from inside: run-probe --cluster CLUSTER --like-service {}"
_ELSEWHERE = "run-probe does not measure this: it is no step of the way to a started container"
_WHOLE = "the whole text, and every container's reason: aws ecs describe-tasks --cluster CLUSTER --tasks TASK"
_PRIVATE = (
    "a private address was dialled: DNS led to an endpoint; look at its security group, the task's, and NACLs"
)
_PUBLIC = (
    "a public address was dialled: look at the subnet's route, the NAT, the public IP, or a missing endpoint"
)
_NEXT: dict[Cause, str] = {
    Cause.DNS: "whether the name resolves in the VPC: DHCP options, enableDnsSupport, private DNS",
    Cause.TIMEOUT: "the path from the task's subnet: route table, security groups, NACLs, endpoints",
    Cause.REFUSED: "who answers on that port: a proxy, a firewall, or a load balancer without targets",
    Cause.TLS: "who signs the certificate: a proxy that opens TLS, or a clock",
    Cause.IAM: "the policies of the principal that is named (before a container starts: the execution role)",
    Cause.NOT_FOUND: "whether the thing exists in that region and account under exactly that name",
    Cause.REFERENCE: "how the task definition writes the reference",
    Cause.KMS: "the policy of the KMS key, and kms:Decrypt for the execution role",
    Cause.ENDPOINT_POLICY: "the policy of the VPC endpoint that the request went through",
    Cause.RATE_LIMIT: "signed-in pulls or a pull-through cache; for AWS's APIs, how many tasks start at once",
    Cause.AUTH: "the registry credentials",
    Cause.PLATFORM: "the platform the image was built for, against runtimePlatform",
    Cause.DISK: "the image's size, against ephemeralStorage",
    Cause.CONFIG: "the task definition's own settings for this step",
    Cause.QUOTA: "service quotas, and free addresses of the subnet",
    Cause.SERVICE_SIDE: "the AWS Health Dashboard; try again",
    Cause.USER_STOP: "who called StopTask: CloudTrail",
    Cause.APP_EXIT: "the container's own log, and its exit code in describe-tasks",
    Cause.OOM: "the container's memory limit",
}
_DENIED: dict[str | None, str] = {
    "identity-based": "the role's own policies: they lack, or deny, the action that is named",
    "resource-based": "the policy of the resource that is named: it must admit the role",
    "permissions boundary": "the role's permissions boundary: it must admit the action too",
    "session": "the session policy that the role was assumed with",
    "service control": "the service control policies over the account, in its organization",
    "resource control": "the resource control policies over the resource's account, in its organization",
}
_DENIED_AT = {
    Stage.ROLE_ASSUMPTION: "whether the role exists, and its trust policy admits ecs-tasks.amazonaws.com",
    Stage.VOLUME: "the file system's policy, and the task role's elasticfilesystem:ClientMount",
}


def excluded(errors: tuple[str, ...], stage: Stage, causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """Causes that every joined error rules out: an answer rules out silence, and silence an answer."""
    ruled = frozenset(Cause).intersection(*(_ruled_out(error, stage) for error in errors))
    return tuple(cause for cause in (*_TRANSPORT, *_ANSWERS) if cause in ruled and cause not in causes)


def _ruled_out(error: str, stage: Stage) -> set[Cause]:
    meant = set(causes_of(error, stage))
    ruled = {Cause.DNS} if address_of(error) is not None else set()
    if meant.isdisjoint(_TRANSPORT) and not meant.isdisjoint(_ANSWERED):
        ruled.update(_TRANSPORT)
    if meant.issubset(_TRANSPORT) and is_transport(error):
        ruled.update(_ANSWERS)
    return ruled


def passed(stage: Stage) -> tuple[Stage, ...]:
    """The stages that must have worked for this one to be reached; none where that is not known."""
    for position, here in enumerate(_ORDER):
        if stage in here:
            return tuple(before for earlier in _ORDER[:position] for before in earlier)
    return ()


def following(said: StopReason) -> tuple[str, ...]:
    """What to look at next, most telling first."""
    return tuple(_steps(said))


def _steps(said: StopReason) -> Iterator[str]:
    if said.address_kind is not AddressKind.NONE:
        yield _PRIVATE if said.address_kind is AddressKind.PRIVATE else _PUBLIC
    for cause in said.causes:
        if cause is Cause.IAM:
            yield _DENIED.get(said.policy) or _DENIED_AT.get(said.stage) or _NEXT[cause]
        elif cause in _NEXT:
            yield _NEXT[cause]
    if said.cut or said.causes == (Cause.UNKNOWN,):
        yield _WHOLE
    if said.stage in _AROUND:
        if said.stage is not Stage.UNKNOWN:
            yield _ELSEWHERE
        return
    named = _SERVICE.search(said.text)
    yield _MEASURE.format(named[1] if named is not None else "SERVICE")
