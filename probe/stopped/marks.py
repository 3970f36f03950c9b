"""Names and addresses in a stop reason: what was dialled, what was asked, which policy refused.

A name that the cut end of a text touches is half a name, and is not told.
"""

from __future__ import annotations

import ipaddress
import re

from probe.stopped.reason import AddressKind, Stage
from probe.stopped.words import is_cut

_IPV4 = r"\d{1,3}(?:\.\d{1,3}){3}"
_DIALLED = re.compile(
    rf"(?:dial tcp[46]?|(?:read|write) tcp[46]? [^\s>]{{3,80}}->) ?"
    rf"(?:({_IPV4})|\[([0-9a-f:.]{{2,45}})(?:%\w{{1,20}})?\]):(?!53\b)\d{{1,5}}",
    re.IGNORECASE,
)
_HOST = r"[a-z0-9](?:[a-z0-9.-]{1,250}[a-z0-9])"
_URL = re.compile(
    rf"(?:get|post|head|put|options|delete|to|code|at|of|url) [\"<]{{0,2}}https?://({_HOST})(?::\d{{1,5}})?(?=[/?\">\s]|$)",
    re.IGNORECASE,
)
"""A URL that was called: the pages that a message sends its reader to were not."""
_LOOKED_UP = re.compile(r"\blookup ([a-z0-9.-]{3,250}?)(?= on |:|\s|$)", re.IGNORECASE)
_REGISTRY = re.compile(
    r"[\w-]{3,20}\.dkr[.-]ecr(?:-fips)?\.[\w-]{1,30}\.(?:amazonaws|on)\.[a-z.]{2,10}", re.IGNORECASE
)
_FILE_SYSTEM = re.compile(r"fs-[0-9a-f]{8,17}\.efs\.[\w-]+\.amazonaws\.com(?:\.cn)?", re.IGNORECASE)
_WHOLE = re.compile(r"\.(?:amazonaws\.com(?:\.cn)?|aws|io|com|org|net)$", re.IGNORECASE)
"""A host that ends like this is whole, also where the text ends with it."""
_POLICY = re.compile(
    r"(identity-based|resource-based|vpc endpoint|session|service control|resource control) policy"
    r"|(permissions boundary)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?:because no|explicit deny in an?) .{0,80}", re.IGNORECASE)
_RETRIES = re.compile(r"been retried (\d{1,2}) time|maximum number of attempts, (\d{1,2})")

_PRIVATE = tuple(
    ipaddress.ip_network(block)
    for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
_SERVICE = {
    Stage.SECRETS_ASM: "secretsmanager",
    Stage.SECRETS_SSM: "ssm",
    Stage.ENV_FILE: "s3",
    Stage.VOLUME: "efs",
}
_ECR = r"\.dkr[.-]ecr|starport|\bamazon ecr\b|\becr:|\berror ecr\b"
_LOGGERS = r"splunk|fluentd|gelf|syslog|logentries"


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
    patterns = [_LOOKED_UP, _URL]
    if stage is Stage.IMAGE_MANIFEST:
        patterns.append(_REGISTRY)
    if stage is Stage.VOLUME:
        patterns.insert(0, _FILE_SYSTEM)
    for pattern in patterns:
        match = pattern.search(text)
        name = match[match.lastindex or 0].casefold() if match is not None else ""
        if match is not None and "." in name and (match.end() < len(text) or _WHOLE.search(name)):
            return name
    return None


def service_of(text: str, stage: Stage) -> str | None:
    """The endpoint's suffix that the step talks to; nothing for a registry that is not AWS's."""
    heard = text.casefold()
    if stage is Stage.REGISTRY_AUTH:
        asked = re.search(r"\basm\b|secretsmanager|\becr\b|cannotpullecr|getauthorizationtoken", heard)
        return (
            ("ecr.api" if "ecr" in asked[0] or "token" in asked[0] else "secretsmanager") if asked else None
        )
    if stage is Stage.VOLUME and ("ebs" in heard or "cannotcreatevolume" in heard):
        return None
    if stage in {Stage.IMAGE_MANIFEST, Stage.IMAGE_LAYER}:
        ours = re.search(_ECR, heard)
        return ("s3" if stage is Stage.IMAGE_LAYER else "ecr.dkr") if ours else None
    if stage is Stage.LOG_DRIVER:
        return None if re.search(_LOGGERS, heard) else "s3" if "s3 config" in heard else "logs"
    return _SERVICE.get(stage)


def policy_of(text: str) -> tuple[str | None, bool]:
    """(the kind of policy that AWS's reason clause names, whether it is an explicit deny)."""
    clause = _CLAUSE.search(text)
    match = _POLICY.search(clause[0]) if clause is not None else None
    explicit = "explicit deny" in text.casefold()
    return ((match[1] or match[2]).casefold() if match is not None else None), explicit


def retries_of(text: str) -> int:
    """How often the agent says that it tried; 0 where it does not say."""
    match = _RETRIES.search(text.casefold())
    return int(match[1] or match[2]) if match is not None else 0


def reaches_end(match: re.Match[str], text: str) -> bool:
    """Whether what was found touches the end of a text that was cut there."""
    return is_cut(text) and match.end() >= len(text.rstrip(".'\" \u2026"))
