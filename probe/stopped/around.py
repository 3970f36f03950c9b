"""Which step a text speaks of when it is none of the agent's calls: placement, interface, container, life."""

from __future__ import annotations

from probe.stopped.reason import Stage
from probe.stopped.words import any_of

ROWS_AROUND: tuple[tuple[Stage, str], ...] = (
    (Stage.REGISTRY_AUTH, "registry auth"),
    (
        Stage.ENI,
        any_of(
            "network interface",
            "unexpected ec2 error",
            r"(?:configure|regular|the) eni\b",
            "insufficientfreeaddresses",
            "free (?:ip )?address",
            "^internalerror",
        ),
    ),
    (
        Stage.SCHEDULER,
        any_of(
            "unable to place",
            "capacity is unavailable",
            "reached the limit",
            "service ?scheduler",
            "circuit breaker",
            "deployment failed",
            "perform: ecs:",
            "scaling activity",
            "ephemeralstorage prov",
            "capacity ?provider",
            "capacity limit",
            "placement (?:constraint|strateg)",
            "compute strategy",
            "no (?:active|container) instances",
            r"insufficient \w+ units",
            "configuration is above",
            "empty capacity",
            "vcpu limit",
            "instance met all",
            "required capabilities",
            "platform version .{0,80}(?:not|unsupported)",
        ),
    ),
    (
        Stage.SCHEDULER,
        (
            r"^(?:an error occurred \((?=\w+\) when calling the (?:run|start|create|update|register)))?"
            r"(?:client|server|invalidparameter|cluster\w{1,40}|service\w{1,40}|platform\w{1,60}|blocked"
            r"|unsupportedfeature|limitexceeded|updateinprogress)exception\b(?!.{0,300}\brole\b)"
        ),
    ),
    (Stage.ROLE_ASSUMPTION, any_of("role is not valid", "perform: iam:passrole", "execution role arn")),
    (
        Stage.SCHEDULER,
        r"^(?:resource:\w+|agent|attribute|location|missing|fargate_capacity\w*|memberof .*?)\W*$",
    ),
    (
        Stage.CONTAINER_CREATE,
        any_of(
            "transition to created",
            "containernetworking",
            "network namespace",
            "dependency graph",
            "taskdependency",
            "invalid ?volume",
            "initialize volume",
            "credential ?spec",
            "container ordering",
        ),
    ),
    (
        Stage.RUNTIME,
        any_of(
            "outofmemory",
            "out of memory",
            "health ?checks?",
            "is unhealthy in",
            "spot (?:task|interrupt|capacity)",
            "spotinterr",
            "^host ec2",
            "cannotstopcontainer",
            "taskstateerror",
            "containervanished",
            "transition to stopped",
            "exited",
            "^exit code",
        ),
    ),
    (
        Stage.RUNTIME,
        any_of(
            "(?:initiated|stopped|requested) by (?:the )?user",
            "^stopped by ",
            "userinitiated",
            "terminationnotice",
            "^exec .{0,300}exec format",
        ),
    ),
    (
        Stage.CONTAINER_START,
        any_of(
            "cannotstartcontainer",
            "transition to (?:running|started)",
            "runtimetimeout",
            "containerruntime",
            "cannotinspectcontainer",
            "runtime (?:task|create)",
            "shim task",
            "create new container",
            "starting container",
            "containers? failed to start",
            "port is already",
            "executable file not found",
        ),
    ),
    (
        Stage.RUNTIME,
        any_of(
            "exec format",
            "(?:retire|maintenance) .{0,60}(?:fargate|infrastructure)",
            "fargate .{0,60}(?:retire|maintenance)",
            "(?:task|host|instance) .{0,60}(?:stopped|terminat|retire)",
        ),
    ),
)
