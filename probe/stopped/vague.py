"""Words that need their step to mean something, and the hints of June 2024."""

from __future__ import annotations

from probe.stopped.reach import CREATE, IMAGE, INSIDE, LIFE, LOGS, LOOKUP, SCHEDULER, VOLUME, Row
from probe.stopped.reason import Cause, Stage
from probe.stopped.words import any_of

MEANINGS: tuple[Row, ...] = (
    ("deserialization failed", (Cause.SERVICE_SIDE,), INSIDE),
    (r"credentials: not found", (Cause.AUTH, Cause.CONFIG), INSIDE),
    (
        any_of(
            r"\brequired?s?\b",
            r"\bexpected\b",
            "no log configuration",
            "unknown log opt",
            r"must (?:be|not)\b",
            "invalid.{0,40}option",
            "not supported",
            r"\binvalid\b",
            "mount option",
        ),
        (Cause.CONFIG,),
        LOGS | VOLUME,
    ),
    (any_of(r"(?<![\w-])429\b", "503 slow down"), (Cause.RATE_LIMIT,), INSIDE),
    (any_of("pull access denied .*denied: user", "permissions to pull"), (Cause.IAM,), IMAGE),
    (r"pull access denied .*\.dkr\.ecr", (Cause.IAM, Cause.NOT_FOUND, Cause.AUTH), IMAGE),
    (
        any_of(
            "pull access denied", "insufficient_scope", "requested access to the resource", "no pull access"
        ),
        (Cause.NOT_FOUND, Cause.REFERENCE, Cause.AUTH),
        IMAGE,
    ),
    (
        any_of(
            "incorrect username",
            "authentication required",
            "unauthorized",
            r"(?<![\w-])401\b",
            "no basic auth",
        ),
        (Cause.AUTH, Cause.IAM),
        IMAGE,
    ),
    (r"(?<![\w-])403\b", (Cause.IAM, Cause.ENDPOINT_POLICY, Cause.NOT_FOUND), frozenset({Stage.ENV_FILE})),
    (
        (
            r"(?:https?://|\bref )\"?(?!\S{0,250}(?:\.dkr[.-]ecr|amazonaws))"
            r"[a-z0-9-]{1,63}\.[a-z0-9.-]{1,250}\b.*(?:(?<![\w-])403\b|forbidden|\bdenied\b)"
        ),
        (Cause.AUTH, Cause.IAM, Cause.NOT_FOUND),
        IMAGE,
    ),
    (
        any_of(r"(?<![\w-])403\b", "forbidden", r"\bdenied\b"),
        (Cause.IAM, Cause.ENDPOINT_POLICY, Cause.AUTH),
        INSIDE - VOLUME - CREATE,
    ),
    (
        r"unexpected status code https?://\S*/manifests/",
        (Cause.RATE_LIMIT, Cause.NOT_FOUND, Cause.AUTH),
        IMAGE,
    ),
    (
        any_of("staging label", "can't find the specified secret value"),
        (Cause.NOT_FOUND, Cause.REFERENCE),
        LOOKUP,
    ),
    (
        any_of(
            "json key",
            "did not contain",
            "invalid character",
            "unmarshal",
            "validation error",
            "validationexception",
            "invalidparameter(?!s)",
            "arn format",
            "invalid arn",
            "unexpected arn",
            "secretid from value",
            "not supported for this operation",
        ),
        (Cause.REFERENCE,),
        LOOKUP,
    ),
    (
        "(?:failed|unable) to parse env",
        (Cause.REFERENCE, Cause.CONFIG),
        frozenset({Stage.ENV_FILE}),
    ),
    (
        any_of("invalid s3 arn", "unable to parse bucket", "permanentredirect", r"statuscode: 301\b"),
        (Cause.REFERENCE,),
        INSIDE,
    ),
    (
        any_of("invalid reference", "invalid image", "parsing reference", "repository name must"),
        (Cause.REFERENCE,),
        IMAGE,
    ),
    ("accessdenied", (Cause.IAM, Cause.ENDPOINT_POLICY, Cause.KMS), INSIDE),
    (
        any_of(
            "invalidsignature", "unrecognizedclient", "expiredtoken", "invalidclienttoken", "security token"
        ),
        (Cause.AUTH, Cause.IAM),
        INSIDE,
    ),
    (
        any_of(r"tag \S+ not found in", "manifest unknown", r"@sha256:\w+: not found"),
        (Cause.NOT_FOUND, Cause.REFERENCE),
        IMAGE,
    ),
    (
        any_of("invalid (?:ssm )?parameters", "parameternotfound", "parameterversionnotfound"),
        (Cause.NOT_FOUND, Cause.REFERENCE),
        LOOKUP,
    ),
    (
        any_of(
            "resourcenotfound",
            "not found",
            "does not exist",
            "can't find",
            "nosuchkey",
            "nosuchbucket",
            r"(?<![\w-])404\b",
        ),
        (Cause.NOT_FOUND, Cause.REFERENCE),
        INSIDE - VOLUME - CREATE - SCHEDULER - LIFE,
    ),
    (
        any_of(
            "invalidparameterexception",
            "validation error",
            "invalid schema",
            "malformed",
            "missing required",
        ),
        (Cause.CONFIG,),
        INSIDE,
    ),
    (
        any_of(
            r"\b5\d\d (?:internal|bad gateway|service|gateway)",
            r"status ?code: ?5\d\d",
            "internal ?(?:server ?|service ?)?(?:error|failure)",
        ),
        (Cause.SERVICE_SIDE,),
        INSIDE - SCHEDULER,
    ),
    ("execution role credentials", (Cause.CONFIG, Cause.SERVICE_SIDE), INSIDE),
    (
        any_of("access denied", "accesspoint", "access point"),
        (Cause.IAM, Cause.CONFIG, Cause.NOT_FOUND),
        VOLUME,
    ),
    (any_of("no such file or directory", "reason given by server"), (Cause.NOT_FOUND, Cause.CONFIG), VOLUME),
    (
        any_of(r"\bebs (?:volume$|.{0,40}fail)", r"create \w+ volume"),
        (Cause.IAM, Cause.QUOTA, Cause.SERVICE_SIDE),
        VOLUME,
    ),
    ("timeout waiting", (Cause.SERVICE_SIDE, Cause.QUOTA), VOLUME),
    ("mount system call failed", (Cause.TIMEOUT, Cause.CONFIG, Cause.IAM), VOLUME),
    (any_of("nil pointer", "panic:", "inactivity time"), (Cause.TIMEOUT, Cause.SERVICE_SIDE), IMAGE),
    (any_of("transition to pulled", "layers and diffids"), (Cause.SERVICE_SIDE, Cause.TIMEOUT), IMAGE),
    ("retrieve the secret with arn", (Cause.NOT_FOUND, Cause.REFERENCE, Cause.IAM), LOOKUP),
    (
        any_of("connection issue", "check your (?:task )?network", "network connection between"),
        (Cause.TIMEOUT, Cause.DNS),
        INSIDE,
    ),
    ("cannot pull .* from the registry", (Cause.TIMEOUT, Cause.DNS), IMAGE),
    (
        any_of("request send failed", "send request failed", "failed to do request"),
        (Cause.TIMEOUT, Cause.DNS, Cause.REFUSED),
        INSIDE,
    ),
    (
        any_of(r"(?:extract|register)\w* layer(?!.*deviceresume)", "apply failure"),
        (Cause.DISK, Cause.SERVICE_SIDE),
        IMAGE,
    ),
    (any_of("devicemapper", "deviceresume", "snapshotter"), (Cause.SERVICE_SIDE,), INSIDE),
    (any_of("pull.through.cache", "upstream registry"), (Cause.CONFIG, Cause.IAM, Cause.TIMEOUT), IMAGE),
    ("image configuration", (Cause.TIMEOUT, Cause.RATE_LIMIT, Cause.ENDPOINT_POLICY), IMAGE),
    ("unexpected status code", (Cause.IAM, Cause.ENDPOINT_POLICY, Cause.AUTH), IMAGE),
)
