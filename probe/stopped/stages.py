"""Which step of a task's start a text speaks of.

The order of the rows is the grammar: the words of one step are more telling than the family around
them, because ECS wraps every step in ``ResourceInitializationError`` or ``CannotStartContainerError``.
"""

from __future__ import annotations

import re

from probe.stopped.around import ROWS_AROUND
from probe.stopped.names import nameless
from probe.stopped.reason import Stage
from probe.stopped.words import any_of, parts, unwrapped

_ROWS_OF_START: tuple[tuple[Stage, str], ...] = (
    (
        Stage.ROLE_ASSUMPTION,
        any_of(
            r"unable to assume (?:the |an? )?(?:\w+[ -]){0,3}role",
            "trust relationship",
            "not authorized to perform: sts:assumerole",
            "iam permissions policies have been misconfigured",
            "role .{0,200}cannot be assumed",
        ),
    ),
    (
        Stage.VOLUME,
        any_of(
            "efs utils",
            r"mount\.(?:nfs|efs)",
            r"\befs (?:file ?system|volume)",
            r"fs-[0-9a-f]+\.efs\.",
            "access point .{0,80}efs",
        ),
    ),
    (
        Stage.VOLUME,
        any_of(
            "cannotcreatevolumeerror",
            r"\bebs volume",
            "fsx for",
            "volume attachment",
            "failed to mount .{0,80}volume",
        ),
    ),
    (
        Stage.REGISTRY_AUTH,
        any_of(
            r"\basm (?:fetching|resource)\b",
            "registry auth from",
            "repository ?credentials",
            "registry credentials",
        ),
    ),
    (Stage.RUNTIME, "^essential container"),
    (
        Stage.LOG_DRIVER,
        any_of(
            "logger args",
            "logging driver",
            "log driver",
            "(?:create|the) cloudwatch log",
            "awslogs-",
            "firelens (?:s3 )?config",
        ),
    ),
    (
        Stage.LOG_DRIVER,
        any_of(
            "log (?:group|stream) (?:does not|doesn't|defined)", "logs:(?:create|put)log", "cloudwatch logs:"
        ),
    ),
    (
        Stage.ENV_FILE,
        any_of(
            r"env(?:ironment)?(?: variables?)? files?\b",
            r"environmentfiles?\b",
            r"\benvfiles?\b",
            "s3 client for bucket",
            "download env",
            "s3 arn specified",
        ),
    ),
    (
        Stage.SECRETS_SSM,
        any_of(
            r"from ssm\b",
            "ssm param",
            "invalid ssm",
            "systems manager",
            "parameter store",
            "ssm:getparameter",
            "error ssm:",
            r"\bssm secret",
        ),
    ),
    (
        Stage.SECRETS_ASM,
        any_of(
            r"from asm\b",
            r"\basm secret",
            "secrets? ?manager",
            "secretsmanager:",
            "secret from",
            "retrieve the secret",
            "fetch secret",
        ),
    ),
    (
        Stage.REGISTRY_AUTH,
        any_of(
            "ecr registry auth",
            "pull registry auth",
            "getauthorizationtoken",
            "cannotpullecrcontainer",
            r"\bapi\.ecr[.-]",
        ),
    ),
    (Stage.CONTAINER_CREATE, any_of("cannotcreatecontainer", "hostconfigerror")),
    (Stage.REGISTRY_AUTH, "secrets or registry auth"),
    (
        Stage.IMAGE_MANIFEST,
        any_of(
            "/manifests/",
            r"\[manifests ",
            "resolve ref",
            "inspect image",
            "image manifest",
            "manifest (?:unknown|for|list)",
        ),
    ),
    (
        Stage.IMAGE_MANIFEST,
        any_of("descriptor matching platform", "match(?:ing)? (?:for )?(?:platform|manifest)"),
    ),
    (
        Stage.IMAGE_LAYER,
        any_of(
            "ref pull has been",
            "failed to copy:",
            "httpreade?r?seeker",
            r"(?:extract|register|download|unpack)\w* (?:image|layer)",
            "image configuration",
            "applylayer",
            "starport",
            "layer-bucket",
            "getimageblob",
            "/blobs/",
            "snapshotter",
            "pull command failed",
            "transition to pulled",
            "layers and diffids",
        ),
    ),
    (
        Stage.IMAGE_LAYER,
        any_of(
            r"cannotpull\w*:? (?:\w+:)?\s*(?:context cancel|write (?:/|tcp))",
            "cannot pull .{0,400} from the registry",
        ),
    ),
    (
        Stage.IMAGE_MANIFEST,
        any_of(
            "cannotpull",
            "pull access denied",
            r"can(?:no|')t pull (?:the (?:container )?image|\S*[./:'{<])",
            "toomanyrequests",
            "pull rate limit",
            "no basic auth",
            "in repository",
            "repository .{0,200} not found",
            r"https?://[\w.:-]{1,250}/v[12]/",
        ),
    ),
)
_GRAMMAR = tuple((stage, re.compile(pattern)) for stage, pattern in (*_ROWS_OF_START, *ROWS_AROUND))


_NAMED = re.compile(r"\W*[a-z]{4,60}(?:error|exception)\b|\W*\S+$")
"""A reason that names its error speaks for itself, and so does one that was cut inside that name."""
_EVENT = re.compile(r"\bservice x\b")


def stage_of(text: str) -> Stage:
    """The step that the first of the joined errors speaks of, else the others, else the event around them."""
    whole = nameless(text).casefold()
    first, *others = (unwrapped(part) for part in parts(whole))
    found = next(filter(None, map(_step, (first, *others))), None)
    if found is None and not _NAMED.match(first):
        found = _step(whole) or (Stage.SCHEDULER if _EVENT.search(whole) else None)
    return found or Stage.UNKNOWN


def _step(heard: str) -> Stage | None:
    return next((stage for stage, pattern in _GRAMMAR if pattern.search(heard)), None)
