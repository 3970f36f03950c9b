"""Definite words: what AWS or a registry answered, and how the transport failed."""

from __future__ import annotations

from probe.stopped.reach import ANYWHERE, ENI, LOGS, LOOKUP, Row
from probe.stopped.reason import Cause
from probe.stopped.words import any_of

ANSWERS: tuple[Row, ...] = (
    (any_of("(?:no|in an?) vpc endpoint policy", "vpce policy"), (Cause.ENDPOINT_POLICY,), ANYWHERE),
    (
        any_of(
            "access to kms",
            r"kms:\w+",
            "ciphertext refers",
            "kmskey",
            "kms key",
            r"kms\.\w*exception",
            "awskms",
        ),
        (Cause.KMS,),
        ANYWHERE,
    ),
    (any_of("marked for deletion", "scheduled for deletion"), (Cause.NOT_FOUND,), LOOKUP),
    ("exec format error", (Cause.PLATFORM,), ANYWHERE),
    (
        any_of(
            "descriptor matching platform",
            "match(?:ing)? (?:for )?(?:platform|manifest)",
            "cannot be used on this platform",
            "does not match the (?:specified|detected) platform",
            "no matching manifest",
            "image is incompatible with",
        ),
        (Cause.PLATFORM,),
        ANYWHERE,
    ),
    (any_of("no space left", "thin pool", "disk quota", "free data blocks"), (Cause.DISK,), ANYWHERE),
    (any_of("outofmemory", "out of memory", "due to memory usage", "oom.?kill"), (Cause.OOM,), ANYWHERE),
    (
        any_of(
            "toomanyrequests",
            "too many requests",
            "pull rate limit",
            "throttl",
            "rate exceeded",
            "rate limit",
            "requestlimitexceeded",
        ),
        (Cause.RATE_LIMIT,),
        ANYWHERE,
    ),
    (
        any_of("insufficientfreeaddresses", "free (?:ip )?address", "limit ?exceeded"),
        (Cause.QUOTA,),
        ENI | LOGS,
    ),
    (any_of("because no resource-based policy", "because no identity-based policy"), (Cause.IAM,), ANYWHERE),
    (
        any_of(
            "explicit deny", "no permissions boundary", "(?:session|service control|resource control) policy"
        ),
        (Cause.IAM,),
        ANYWHERE,
    ),
    (
        any_of("not authorized to perform", "not authorized to assume", "unauthorizedoperation"),
        (Cause.IAM,),
        ANYWHERE,
    ),
)

TRANSPORT: tuple[Row, ...] = (
    (r"docker\.sock", (Cause.SERVICE_SIDE,), ANYWHERE),
    (
        any_of(
            "no such host",
            "server misbehaving",
            "name resolution",
            r"failed to resolve \"(?=.{0,300}dns disabled)",
        ),
        (Cause.DNS,),
        ANYWHERE,
    ),
    (
        any_of(
            r"\blookup [^\s]{1,300}(?: on \S+)?:",
            r"\blookup [^\s.]{1,63}\.\S{0,250}(?: on \S*)?$",
            "read udp",
            ":53: (?:i/o|read|connection)",
        ),
        (Cause.DNS,),
        ANYWHERE,
    ),
    (
        any_of(r"failed to resolve \"?'?fs-", r"failed to resolve .{0,120}\.efs\."),
        (Cause.DNS, Cause.NOT_FOUND, Cause.CONFIG),
        ANYWHERE,
    ),
    (
        any_of(
            "x509: ",
            "certificate (?:is|was|has|signed|verif)",
            "tls: ",
            "handshake failure",
            "bad record mac",
            "ssl(?:error|:)",
            "http response to https client",
        ),
        (Cause.TLS,),
        ANYWHERE,
    ),
    ("tls handshake timeout", (Cause.TIMEOUT, Cause.TLS), ANYWHERE),
    (
        any_of("connection refused", "connection reset", "broken pipe", "unexpected eof", r": eof\b"),
        (Cause.REFUSED,),
        ANYWHERE,
    ),
    (
        any_of(
            "i/o ?timeout",
            r"dial tcp \S{0,60}$",
            "connection timed out",
            r"client\.timeout",
            "request canceled while waiting",
        ),
        (Cause.TIMEOUT,),
        ANYWHERE,
    ),
    (
        any_of("no route to host", "network is unreachable", "timeout awaiting", "mount attempt"),
        (Cause.TIMEOUT,),
        ANYWHERE,
    ),
    (
        any_of("deadline exceeded", "request ?cancell?ed", "signal: ?killed"),
        (Cause.TIMEOUT, Cause.DNS),
        ANYWHERE,
    ),
    ("context cancel", (Cause.TIMEOUT, Cause.DNS), ANYWHERE),
    (r"statuscode: 0\b", (Cause.TIMEOUT, Cause.DNS, Cause.REFUSED), ANYWHERE),
)
