"""What was asked for, as a stop reason names it: the action, and the resource that it was about."""

from __future__ import annotations

import re

from probe.stopped.marks import reaches_end
from probe.stopped.reason import Stage

_ACTIONS = {
    action.casefold(): action
    for action in (
        "ecr:GetAuthorizationToken",
        "ecr:BatchGetImage",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchImportUpstreamImage",
        "ecr:CreateRepository",
        "secretsmanager:GetSecretValue",
        "ssm:GetParameters",
        "kms:Decrypt",
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "s3:GetBucketLocation",
        "s3:GetObject",
        "s3:HeadObject",
        "s3:ListBucket",
        "sts:AssumeRole",
        "iam:PassRole",
        "ecs:RunTask",
    )
}
"""The actions of a start, by their folded names: a console's case, and a cut end, are seen by them."""
_PERFORM = re.compile(r"perform:?\s{1,3}([a-z0-9-]{2,40}:[a-z0-9*]{2,60})", re.IGNORECASE)
_ALLOWS = re.compile(r"allows ?the ([a-z0-9-]{2,40}:[a-z0-9*]{2,60}) action", re.IGNORECASE)
_OPERATION = re.compile(r"operation error ([a-z0-9 ]{1,40}): ?(\w{3,60})", re.IGNORECASE)
_RESOURCE = re.compile(r"on resource: ?(\S{1,400}?)(?=[,;]?\s|[,;.]?$)", re.IGNORECASE)
_ARN = re.compile(r"(arn:[\w-]{3,12}:(?!sts:)[\w-]{2,40}:[^\s'\",;{}()]{3,400})", re.IGNORECASE)
_PARAMETERS = re.compile(r"invalid (?:ssm )?parameters: ?\[?([^\s,;\]]{1,400})", re.IGNORECASE)
_IMAGE = re.compile(
    r"(?:resolve ref(?:erence)?|pull access denied for|related to|cannot pull|pull image|\bget"
    r"|unexpected status code|(?<!matching )manifest for) "
    r"[\"']?((?!https?:)[\w.-]{1,250}[:/@][\w.:/@-]{1,400})",
    re.IGNORECASE,
)
_ARN_FIELDS = 6
_PREFIX = {
    "ecr": "ecr",
    "secrets manager": "secretsmanager",
    "ssm": "ssm",
    "cloudwatch logs": "logs",
    "s3": "s3",
    "kms": "kms",
}


def request_of(text: str, stage: Stage) -> tuple[str | None, str | None]:
    """(action, resource) of the refused or failed request, where the text names them whole."""
    return _action(text), _resource(text, stage)


def _action(text: str) -> str | None:
    if (match := _PERFORM.search(text) or _ALLOWS.search(text)) is not None:
        name = match[1]
    elif (match := _OPERATION.search(text)) is not None and match[1].strip().casefold() in _PREFIX:
        name = f"{_PREFIX[match[1].strip().casefold()]}:{match[2]}"
    else:
        return None
    known = _ACTIONS.get(name.casefold())
    return known or (name if text[match.end() :].strip(".\u2026'\" ") else None)


def _resource(text: str, stage: Stage) -> str | None:
    patterns = [_RESOURCE, _PARAMETERS]
    if stage in {Stage.IMAGE_MANIFEST, Stage.IMAGE_LAYER}:
        patterns.append(_IMAGE)
    patterns.append(_ARN)
    for pattern in patterns:
        match = pattern.search(text)
        name = match[1].rstrip(".:,") if match is not None else ""
        if match is not None and name and not reaches_end(match, text) and _is_whole(name):
            return name
    return None


def _is_whole(name: str) -> bool:
    """An ARN has six fields, and its last is not empty."""
    return not name.casefold().startswith("arn:") or len(name.split(":", _ARN_FIELDS - 1)) == _ARN_FIELDS
