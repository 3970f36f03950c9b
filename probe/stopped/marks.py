"""Names and addresses in a stop reason: what was dialled, what was asked, which policy refused."""

from __future__ import annotations

import ipaddress
import re

from probe.stopped.reason import AddressKind, Stage

_IPV4 = r"\d{1,3}(?:\.\d{1,3}){3}"
_DIALLED = re.compile(
    rf"(?:dial tcp|->) ?(?:({_IPV4})|\[([0-9a-f:]{{2,45}})\]):(?!53\b)\d{{1,5}}", re.IGNORECASE
)
_URL = re.compile(r"https?://([a-z0-9](?:[a-z0-9.-]{1,250}[a-z0-9]))(?::\d+)?(?=[/\"\s]|$)", re.IGNORECASE)
_LOOKED_UP = re.compile(r"\blookup ([a-z0-9.-]{3,250}?)(?: on |:|\s)", re.IGNORECASE)
_REGISTRY = re.compile(
    r"[\w-]{3,20}\.dkr[.-]ecr(?:-fips)?\.[\w-]{1,30}\.(?:amazonaws|on)\.[a-z.]{2,10}", re.IGNORECASE
)
_FILE_SYSTEM = re.compile(r"fs-[0-9a-f]{8,17}\.efs\.[\w-]+\.amazonaws\.com(?:\.cn)?", re.IGNORECASE)
_PERFORM = re.compile(r"perform:?\s{1,3}([a-z0-9-]{2,40}:[a-z0-9*]{2,60})", re.IGNORECASE)
_ALLOWS = re.compile(r"allows ?the ([a-z0-9-]{2,40}:[a-z0-9*]{2,60}) action", re.IGNORECASE)
_OPERATION = re.compile(r"operation error ([a-z0-9 ]{1,40}): ?(\w{3,60})", re.IGNORECASE)
_RESOURCE = re.compile(r"on resource: ?(\S{1,400}?)(?=[,;]?\s|[,;.]?$)", re.IGNORECASE)
_ARN = re.compile(r"(arn:[\w-]{3,12}:(?!sts:)[\w-]{2,40}:[^\s'\",;{}]{3,400})", re.IGNORECASE)
_PARAMETERS = re.compile(r"invalid (?:ssm )?parameters: ?\[?([^\s,;\]]{1,400})", re.IGNORECASE)
_IMAGE = re.compile(
    r"(?:resolve ref|pull access denied for|related to|cannot pull|(?<!matching )manifest for) \"?'?"
    r"([\w.-]{1,250}[:/@][\w.:/@-]{1,400})",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"(identity-based|resource-based|vpc endpoint|session|service control|resource control) policy"
    r"|(permissions boundary)",
    re.IGNORECASE,
)
_RETRIES = re.compile(r"been retried (\d{1,2}) time|maximum number of attempts, (\d{1,2})")

_PRIVATE = tuple(
    ipaddress.ip_network(block)
    for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
_PREFIX = {
    "ecr": "ecr",
    "secrets manager": "secretsmanager",
    "ssm": "ssm",
    "cloudwatch logs": "logs",
    "s3": "s3",
    "kms": "kms",
}
_SERVICE = {
    Stage.REGISTRY_AUTH: "ecr.api",
    Stage.SECRETS_ASM: "secretsmanager",
    Stage.SECRETS_SSM: "ssm",
    Stage.ENV_FILE: "s3",
    Stage.LOG_DRIVER: "logs",
    Stage.VOLUME: "efs",
}


def address_of(text: str) -> str | None:
    """The address that was dialled, not a name server's and not a placeholder."""
    for match in _DIALLED.finditer(text):
        try:
            return str(ipaddress.ip_address(match[1] or match[2]))
        except ValueError:
            continue
    return None


def kind_of(address: str | None) -> AddressKind:
    """Private means inside: documentation and benchmark ranges are public, whatever Python says."""
    if address is None:
        return AddressKind.NONE
    parsed = ipaddress.ip_address(address)
    inside = any(parsed in block for block in _PRIVATE if block.version == parsed.version)
    return AddressKind.PRIVATE if inside else AddressKind.PUBLIC


def host_of(text: str, stage: Stage) -> str | None:
    """The host that was dialled or looked up.

    A layer's URL is replaced by the image's reference, so that a registry's name there is not the host.
    """
    for pattern in (_LOOKED_UP, _URL):
        if (match := pattern.search(text)) is not None and "." in match[1]:
            return match[1].casefold()
    if stage is Stage.IMAGE_MANIFEST and (match := _REGISTRY.search(text)) is not None:
        return match[0].casefold()
    if stage is Stage.VOLUME and (match := _FILE_SYSTEM.search(text)) is not None:
        return match[0].casefold()
    return None


def service_of(text: str, stage: Stage) -> str | None:
    """The endpoint's suffix that the step talks to; nothing for a registry that is not AWS's."""
    heard = text.casefold()
    if stage is Stage.REGISTRY_AUTH and re.search(r"\basm\b|secretsmanager", heard):
        return "secretsmanager"
    if stage is Stage.VOLUME and ("ebs" in heard or "cannotcreatevolume" in heard):
        return None
    if stage in {Stage.IMAGE_MANIFEST, Stage.IMAGE_LAYER}:
        ours = "ecr" in heard or "starport" in heard
        return ("s3" if stage is Stage.IMAGE_LAYER else "ecr.dkr") if ours else None
    return _SERVICE.get(stage)


def request_of(text: str, stage: Stage) -> tuple[str | None, str | None]:
    """(action, resource) of the refused or failed request, where the text names them."""
    action = None
    if (match := _PERFORM.search(text) or _ALLOWS.search(text)) is not None:
        action = match[1]
    elif (match := _OPERATION.search(text)) is not None:
        prefix = _PREFIX.get(match[1].strip().casefold())
        action = f"{prefix}:{match[2]}" if prefix else None
    return action, _resource(text, stage)


def _resource(text: str, stage: Stage) -> str | None:
    patterns = [_RESOURCE, _PARAMETERS]
    if stage in {Stage.IMAGE_MANIFEST, Stage.IMAGE_LAYER}:
        patterns.append(_IMAGE)
    patterns.append(_ARN)
    for pattern in patterns:
        if (match := pattern.search(text)) is not None:
            return match[1].rstrip(".:,") or None
    return None


def policy_of(text: str) -> tuple[str | None, bool]:
    """(the kind of policy that AWS's reason clause names, whether it is an explicit deny)."""
    explicit = "explicit deny" in text.casefold()
    clause = re.search(r"(?:because no|explicit deny in an?) .{0,80}", text, re.IGNORECASE)
    match = _POLICY.search(clause[0]) if clause is not None else None
    return ((match[1] or match[2]).casefold() if match is not None else None), explicit


def retries_of(text: str) -> int:
    """How often the agent says that it tried; 0 where it does not say."""
    match = _RETRIES.search(text.casefold())
    return int(match[1] or match[2]) if match is not None else 0
