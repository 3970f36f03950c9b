"""The grammars of what a task definition refers to, exactly the agent's: it refuses what the agent refuses.

A reference is a frozen value that prints back as it was written, or a ``MalformedReferenceError`` with the
reason and the position.  Nothing here knows placeholders, looks anything up, or reads a secret: a text
that is refused is never repeated in the message, because people paste connection strings into keys.
"""

from __future__ import annotations

import re

import msgspec

from probe import arns
from probe.arns import Arn, MalformedReferenceError, arn, refuse
from probe.model import Noun
from probe.references.images import DOCKER_HUB, EcrRegistry, Image, ecr_registry, image
from probe.references.objects import S3Object, environment_file, s3_object

__all__ = [
    "DOCKER_HUB",
    "Arn",
    "EcrRegistry",
    "Image",
    "MalformedReferenceError",
    "S3Object",
    "arn",
    "ecr_registry",
    "environment_file",
    "image",
    "s3_object",
]

_SECRET_NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]+")
_SECRET_SUFFIX = re.compile(r".+-[A-Za-z0-9]{6}")
_PARAMETER = re.compile(r"[A-Za-z0-9_.\-/]+(?::[A-Za-z0-9_.\-]+)?")
_SECRET_PARAMETER = re.compile(r"/aws/reference/secretsmanager/[A-Za-z0-9/_+=.@!-]+(?::[A-Za-z0-9_.\-]+)?")
_REGION = re.compile(r"[a-z]{2,5}(?:-[a-z]+)+-\d+")
_REGIONS_OF = {
    "aws": re.compile(r"(?!cn-|us-gov-)"),
    "aws-cn": re.compile(r"cn-"),
    "aws-us-gov": re.compile(r"us-gov-"),
}
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""

_SECRET_PARAMETERS = "aws/reference/secretsmanager/"

_SECRET_PARTS = 5
_SECRET_FORM = "secret:NAME or secret:NAME:KEY:STAGE:VERSION"


class Secret(Noun, kw_only=True):
    """A Secrets Manager reference; ``selectors`` are absent, or key, stage and version, each maybe empty."""

    arn: Arn
    selectors: tuple[str, str, str] | None = None

    def __str__(self) -> str:
        return ":".join((str(self.arn), *(self.selectors or ())))

    @property
    def has_suffix(self) -> bool:
        """Whether the name ends like the six random characters that AWS adds; a partial ARN does not."""
        return _SECRET_SUFFIX.fullmatch(self.arn.resource) is not None


class CredentialSpec(Noun, kw_only=True):
    """What a gMSA credential spec is read from; ``scheme`` tells how the task joins its domain."""

    scheme: str
    where: S3Object | Parameter

    def __str__(self) -> str:
        return f"{self.scheme}:{self.where}"


class Parameter(Noun, kw_only=True):
    """A parameter by ARN or by name; in an ARN ``name`` is what follows ``parameter/``."""

    arn: Arn | None = None
    name: str
    selector: str | None = None

    def __str__(self) -> str:
        name = self.name if self.selector is None else f"{self.name}:{self.selector}"
        return name if self.arn is None else f"{self.arn}/{name}"


def is_secret(text: str) -> bool:
    """Whether the agent takes a ``valueFrom`` to Secrets Manager; everything else goes to SSM."""
    return re.match(r"arn:[^:]*:secretsmanager:", text) is not None


def secret(text: str) -> Secret:
    """A secret's ARN: its resource has 2 parts or exactly 5, the word ``secret`` included."""
    whole = arn(text)
    start = len(text) - len(whole.resource)
    parts = whole.resource.split(":")
    if whole.service != "secretsmanager":
        refuse("a secret's ARN", "its service is not secretsmanager", 4)
    if parts[0] != "secret":
        refuse("a secret's ARN", "its resource does not begin with secret:", start)
    if len(parts) not in {2, 5}:
        why = f"its resource has {len(parts)} parts, and the agent takes {_SECRET_FORM}"
        refuse("a secret's ARN", why, start)
    arns.match(_SECRET_NAME, parts[1], "a secret's ARN", "no name can have that character", start + 7)
    named = Arn(
        partition=whole.partition,
        service=whole.service,
        region=_region(whole, "a secret's ARN"),
        account=whole.account,
        resource=f"secret:{parts[1]}",
    )
    match parts[2:]:
        case [key, stage, version]:
            return Secret(arn=named, selectors=(key, stage, version))
        case _:
            return Secret(arn=named)


def credentials(text: str) -> Secret | str:
    """A registry's credentials: a secret's ARN without selectors, or its bare name."""
    if not is_secret(text):
        return text
    found = secret(text)
    if found.selectors is not None:
        refuse(
            "a registry's credentials", "the ARN has selectors, which only secrets take", len(str(found.arn))
        )
    return found


def secret_id(text: str) -> str:
    """What ``GetSecretValue`` is asked for: the ARN without its selectors; a bare name as it is."""
    return str(secret(text).arn) if is_secret(text) else text


def value_from(text: str) -> Secret | Parameter:
    """A ``valueFrom``: Secrets Manager's by its ARN, everything else a parameter."""
    return secret(text) if is_secret(text) else parameter(text)


def meant(text: str) -> str | None:
    """What a refused ``valueFrom`` can only have meant; nothing where its author alone can tell.

    A secret's selectors have their order, so that those which are left out at the end are empty.
    """
    if "://" in text or not text.startswith("arn:"):
        return None
    try:
        whole = arn(text)
        resource = (_secret_resource if is_secret(text) else _parameter_resource)(whole.resource)
        return str(value_from(str(msgspec.structs.replace(whole, resource=resource))))
    except MalformedReferenceError:
        return None


def _secret_resource(written: str) -> str:
    """Name, key, stage and version with their colons."""
    parts = re.sub(r"^secret/", "secret:", written).split(":")
    kept = parts[:_SECRET_PARTS] if not any(parts[_SECRET_PARTS:]) else parts
    absent = [""] * (_SECRET_PARTS - len(kept))
    return ":".join([*kept, *absent] if kept[2:] else kept)


def _parameter_resource(written: str) -> str:
    """A path's slash is the ARN's own."""
    return re.sub(r"^parameter:/?", "parameter/", written)


def stands_for_secret(text: str) -> bool:
    """Whether a parameter is Secrets Manager's, which Parameter Store only passes on."""
    name = text.partition(":parameter/")[2] if text.startswith("arn:") else text.lstrip("/")
    return name.startswith(_SECRET_PARAMETERS)


def without_version(text: str) -> str | None:
    """A parameter that stands for a secret and names its latest value, or a number, which no secret has."""
    name, colon, selector = text.rpartition(":")
    latest = stands_for_secret(text) and colon and (selector.isdecimal() or selector == "AWSCURRENT")
    return name if latest else None


def parameter(text: str) -> Parameter:
    """A parameter's name, or its ARN (any region), with a version or label after a colon."""
    what = "a parameter's name or ARN"
    if not text.startswith("arn:"):
        return _named_parameter(text, what, 0)
    whole = arn(text)
    start = len(text) - len(whole.resource)
    if whole.service != "ssm":
        refuse(what, "its service is not ssm", 4)
    _region(whole, what)
    if not whole.resource.startswith("parameter/"):
        refuse(what, "its resource does not begin with parameter/", start)
    named = _named_parameter(whole.resource.removeprefix("parameter/"), what, start + len("parameter/"))
    head = msgspec.structs.replace(whole, resource="parameter")
    return msgspec.structs.replace(named, arn=head)


def credential_spec(text: str) -> CredentialSpec:
    """A credential spec: ``credentialspec:`` or ``credentialspecdomainless:`` and an ARN, in S3 or SSM."""
    scheme, colon, rest = text.partition(":")
    if not colon or scheme not in {"credentialspec", "credentialspecdomainless"}:
        refuse("a credential spec", "it begins with neither credentialspec: nor credentialspecdomainless:")
    try:
        where = s3_object(rest) if arn(rest).service == "s3" else parameter(rest)
    except MalformedReferenceError as error:
        refuse("a credential spec", str(error), len(scheme) + 1 + error.position)
    return CredentialSpec(scheme=scheme, where=where)


def _named_parameter(text: str, what: str, start: int) -> Parameter:
    if _PARAMETER.fullmatch(text) is None and _SECRET_PARAMETER.fullmatch(f"/{text.lstrip('/')}") is None:
        refuse(what, "the name has a character that parameter names cannot have, or two selectors", start)
    name, colon, selector = text.partition(":")
    return Parameter(name=name, selector=selector if colon else None)


def _region(whole: Arn, what: str) -> str:
    """The region of an ARN, which has to be one of its partition's."""
    arns.match(_REGION, whole.region, what, "its fourth part is no region", 0)
    pattern = _REGIONS_OF.get(whole.partition)
    if pattern is not None and pattern.match(whole.region) is None:
        refuse(what, f"the partition {whole.partition} has no region {whole.region}", len("arn:"))
    return whole.region
