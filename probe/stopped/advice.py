"""What a text rules out, what must have worked before it, and what to look at next."""

from __future__ import annotations

import re

from probe.stopped.reason import AddressKind, Cause, Stage

_TRANSPORT = (Cause.DNS, Cause.TIMEOUT, Cause.REFUSED, Cause.TLS)
_ANSWERS = (Cause.IAM, Cause.NOT_FOUND, Cause.KMS, Cause.ENDPOINT_POLICY)
_ANSWERED = re.compile(
    r"status ?code: ?[1-5]\d\d|accessdenied|resourcenotfound|not authorized to perform"
    r"|invalidrequestexception|toomanyrequests|\b(?:401|403|404|429)\b",
    re.IGNORECASE,
)
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

_MEASURE = "run-probe --cluster CLUSTER --like-service SERVICE"
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
    Cause.IAM: "the execution role's policies for the action that is named",
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
    Cause.APP_EXIT: "the container's own log and exit code: aws ecs describe-tasks",
    Cause.OOM: "the container's memory limit",
}


def excluded(text: str, causes: tuple[Cause, ...], address: str | None) -> tuple[Cause, ...]:
    """Causes that the text itself rules out: an answer rules out silence, and silence an answer."""
    ruled: list[Cause] = []
    silent = bool(re.search(r"statuscode: 0\b|signal: ?killed|i/o timeout", text, re.IGNORECASE))
    if address is not None:
        ruled.append(Cause.DNS)
    if silent:
        ruled.extend(_ANSWERS)
    elif _ANSWERED.search(text):
        ruled.extend(_TRANSPORT)
    return tuple(cause for cause in dict.fromkeys(ruled) if cause not in causes)


def passed(stage: Stage) -> tuple[Stage, ...]:
    """The stages that must have worked for this one to be reached; none where that is not known."""
    for position, here in enumerate(_ORDER):
        if stage in here:
            return tuple(before for earlier in _ORDER[:position] for before in earlier)
    return ()


def following(stage: Stage, causes: tuple[Cause, ...], kind: AddressKind) -> tuple[str, ...]:
    """What to look at next, most telling first."""
    steps = [_NEXT[cause] for cause in causes if cause in _NEXT]
    if kind is not AddressKind.NONE:
        steps.insert(0, _PRIVATE if kind is AddressKind.PRIVATE else _PUBLIC)
    if stage in {Stage.RUNTIME, Stage.SCHEDULER, Stage.UNKNOWN}:
        return tuple(steps)
    return (*steps, f"measure it from inside: {_MEASURE}")
