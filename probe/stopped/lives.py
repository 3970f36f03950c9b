"""What ends a task for other reasons than its own start: placement, interface, container, life."""

from __future__ import annotations

from probe.stopped.reach import CREATE, ENI, INSIDE, LIFE, SCHEDULER, Row
from probe.stopped.reason import Cause, Stage
from probe.stopped.words import any_of

LIVES: tuple[Row, ...] = (
    (any_of("tasks? ?failed ?to ?start", "consistently start"), (Cause.UNKNOWN,), SCHEDULER),
    (
        any_of("has reached a steady", "has (?:started|stopped|begun) ", r"registered \d"),
        (Cause.UNKNOWN,),
        SCHEDULER,
    ),
    (any_of(r"count ?exceeded", "limit ?exceeded"), (Cause.QUOTA,), SCHEDULER),
    (
        any_of(
            "(?:initiated|stopped|requested) by (?:the )?user",
            "^stopped by ",
            "userinitiated",
            "scaling activity",
        ),
        (Cause.USER_STOP,),
        INSIDE,
    ),
    (
        any_of(
            "^host ec2",
            "spot",
            "terminationnotice",
            "transition to inspecting",
            "maintenance",
            "retire",
            "service ?scheduler",
        ),
        (Cause.SERVICE_SIDE,),
        INSIDE,
    ),
    (
        any_of("elb health ?", "target-group", "is unhealthy in", "load balancer"),
        (Cause.APP_EXIT, Cause.CONFIG, Cause.TIMEOUT),
        LIFE,
    ),
    ("health ?check", (Cause.APP_EXIT, Cause.CONFIG), LIFE),
    (any_of("exited", "exit code"), (Cause.APP_EXIT, Cause.OOM, Cause.CONFIG), LIFE),
    ("capacity is unavailable", (Cause.SERVICE_SIDE, Cause.QUOTA), SCHEDULER),
    (
        any_of(
            "reached the limit",
            "above your limit",
            "capacity limit",
            "insufficient",
            "quota",
            "vcpu",
            "resource:",
        ),
        (Cause.QUOTA,),
        SCHEDULER,
    ),
    ("internal error", (Cause.SERVICE_SIDE, Cause.CONFIG), SCHEDULER),
    (any_of(r"\bagent\b", "ephemeralstorage"), (Cause.SERVICE_SIDE,), SCHEDULER),
    (".", (Cause.CONFIG, Cause.SERVICE_SIDE), SCHEDULER),
    ("authfailure", (Cause.IAM, Cause.SERVICE_SIDE, Cause.CONFIG), ENI),
    (
        any_of("tagpolicy", "policyviolation", r"\binvalid", "unsupported", "security group"),
        (Cause.CONFIG,),
        ENI,
    ),
    (
        any_of("create network interface", "free addr", "subnet"),
        (Cause.QUOTA, Cause.SERVICE_SIDE, Cause.IAM),
        ENI,
    ),
    ("device index", (Cause.QUOTA, Cause.CONFIG), ENI),
    (".", (Cause.SERVICE_SIDE, Cause.QUOTA, Cause.CONFIG), ENI),
    (
        "to have execution role",
        (Cause.CONFIG,),
        frozenset({Stage.ROLE_ASSUMPTION}),
    ),
    (
        any_of("trust", "misconfigured", r"\brole\b"),
        (Cause.IAM, Cause.NOT_FOUND, Cause.REFERENCE),
        frozenset({Stage.ROLE_ASSUMPTION}),
    ),
    (any_of("dependency", "ordering"), (Cause.APP_EXIT, Cause.CONFIG), CREATE),
    ("container status", (Cause.OOM, Cause.SERVICE_SIDE), CREATE),
    (
        any_of(
            "no such ",
            "not found",
            "unknown runtime",
            "docker host config",
            "volume",
            "permission denied",
            "not permitted",
            "already (?:allocated|in use)",
            "device",
            "runtime create",
            "shim task",
            "mount",
            "invalid",
            "conflict",
            "no user",
            "unable to find",
        ),
        (Cause.CONFIG, Cause.PLATFORM, Cause.SERVICE_SIDE),
        CREATE,
    ),
    (any_of("timeout", "transition to"), (Cause.SERVICE_SIDE, Cause.DISK), CREATE),
    (".", (Cause.SERVICE_SIDE, Cause.CONFIG), CREATE | LIFE),
)
