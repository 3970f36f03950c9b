"""The exact requests: one task definition, registered for the run, and one RunTask a subnet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from probe.model import (
    SUBNET,
    Call,
    LogSink,
    Noun,
    Plan,
    Requirement,
    RequirementKind,
    Run,
    Spec,
    Target,
    Work,
)

TAG = "run-probe"
FAMILY = "run-probe"
_OVERRIDES_LIMIT = 8_192
_DEFINITION_LIMIT = 65_536


class OversizedPlanError(ValueError):
    """The plan does not fit into a task definition."""


class Options(Noun, kw_only=True):
    """What the operator decides about a run; timeouts in seconds."""

    run: str
    image: str
    pull_role: str | None = None
    log_group: str | None = None
    put_logs: bool = True
    connect_timeout: float = 8.0
    deadline: float = 60.0


def build(
    spec: Spec,
    targets: Sequence[Target],
    template: Mapping[str, Any],
    options: Options,
    requirements: Sequence[Requirement] = (),
) -> Plan:
    """The plan of a run.  ``template`` is the parsed ``taskdef.json``.

    A plan above RunTask's 8,192 characters of overrides travels in the definition's environment; one that
    does not fit there either is an ``OversizedPlanError``.
    """
    sink = log_sink(spec, options, requirements)
    works = {subnet: _work(spec, targets, options, sink, subnet) for subnet in spec.subnets}
    shared = any(_overrides_size(spec, options, work) > _OVERRIDES_LIMIT for work in works.values())
    common = _text(_work(spec, targets, options, sink, SUBNET)) if shared else None
    definition = _definition(spec, targets, template, options, common)
    size = len(msgspec.json.encode(definition))
    if size > _DEFINITION_LIMIT:
        why = f"it makes a task definition of {size:,} bytes, and ECS takes {_DEFINITION_LIMIT:,}"
        raise OversizedPlanError(f"the plan is too large: {why}; narrow it with --services")
    runs = tuple(
        Run(subnet=subnet, work=work, request=_request(spec, options, work, shared=shared))
        for subnet, work in works.items()
    )
    return Plan(run=options.run, definition=definition, runs=runs)


def log_sink(spec: Spec, options: Options, requirements: Sequence[Requirement]) -> LogSink | None:
    """Where the probe writes its own lines: the definition's first awslogs stream namespace.

    Roles are often scoped to it.  ``None`` where neither the definition nor the operator names a group,
    or where nothing is to be written.
    """
    streams = [one for one in requirements if one.kind is RequirementKind.LOG_STREAM and one.hosts]
    if not options.put_logs or (not streams and options.log_group is None):
        return None
    prefix, container, region = "run-probe", "probe", spec.region
    if streams:
        first = streams[0]
        prefix, container, region = first.details["prefix"] or prefix, first.container, first.region
    group = options.log_group or streams[0].reference
    return LogSink(group=group, stream=f"{prefix}/{container}/probe-{options.run}-{SUBNET}", region=region)


def _work(spec: Spec, targets: Sequence[Target], options: Options, sink: LogSink | None, subnet: str) -> Work:
    logs = sink and msgspec.structs.replace(sink, stream=sink.stream.replace(SUBNET, subnet))
    return Work(
        run=options.run,
        subnet=subnet,
        region=spec.region,
        targets=tuple(_with_streams(target, options.run, subnet) for target in targets),
        platform=_platform(spec),
        connect_timeout=options.connect_timeout,
        deadline=options.deadline,
        logs=logs,
    )


def _platform(spec: Spec) -> str:
    """Operating system and architecture in an image index's words."""
    system = "windows" if spec.operating_system.startswith("WINDOWS") else "linux"
    return f"{system}/{'arm64' if spec.architecture == 'ARM64' else 'amd64'}"


def _with_streams(target: Target, run: str, subnet: str) -> Target:
    """Log streams are named after the run and the subnet, in the service's own namespace."""
    calls = tuple(_with_stream(call, run, subnet) for call in target.calls)
    return msgspec.structs.replace(target, calls=calls)


def _with_stream(call: Call, run: str, subnet: str) -> Call:
    if call.operation != "logs:CreateLogStream":
        return call
    parts = (call.arguments.get("prefix"), call.arguments.get("container"), f"probe-{run}-{subnet}")
    stream = "/".join(part for part in parts if part)
    return msgspec.structs.replace(call, arguments={"stream": stream})


def _text(work: Work) -> str:
    return msgspec.json.encode(work).decode()


def _overrides_size(spec: Spec, options: Options, work: Work) -> int:
    return len(msgspec.json.encode(_overrides(spec, options, _variable("PROBE_PLAN", _text(work)))))


def _overrides(spec: Spec, options: Options, variable: dict[str, str]) -> dict[str, Any]:
    roles = {"taskRoleArn": spec.execution_role, "executionRoleArn": options.pull_role or spec.execution_role}
    return {
        **{key: role for key, role in roles.items() if role},
        "containerOverrides": [{"name": "probe", "environment": [variable]}],
    }


def _variable(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


def _request(spec: Spec, options: Options, work: Work, *, shared: bool) -> dict[str, Any]:
    variable = _variable("PROBE_SUBNET", work.subnet) if shared else _variable("PROBE_PLAN", _text(work))
    return {
        "cluster": spec.cluster,
        "taskDefinition": FAMILY,
        "count": 1,
        **_capacity(spec),
        **({"platformVersion": spec.platform_version} if spec.platform_version else {}),
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": [work.subnet],
                "securityGroups": list(spec.security_groups),
                "assignPublicIp": "ENABLED" if spec.assign_public_ip else "DISABLED",
            }
        },
        "overrides": _overrides(spec, options, variable),
        "startedBy": f"{TAG}/{options.run}",
        "tags": [{"key": TAG, "value": options.run}],
        "clientToken": f"{options.run}-{work.subnet}",
    }


def _capacity(spec: Spec) -> dict[str, Any]:
    if spec.capacity_providers:
        strategy = [{"capacityProvider": name, "weight": 1} for name in spec.capacity_providers]
        return {"capacityProviderStrategy": strategy}
    return {"launchType": spec.launch_type or "FARGATE"}


def _definition(
    spec: Spec,
    targets: Sequence[Target],
    template: Mapping[str, Any],
    options: Options,
    plan: str | None,
) -> dict[str, Any]:
    """The template with the run's image and roles, and one reporter a target group."""
    groups = tuple(dict.fromkeys(target.group for target in targets))
    reader = options.pull_role or spec.execution_role
    return {
        **template,
        "family": FAMILY,
        **({"executionRoleArn": reader} if reader else {}),
        **({"taskRoleArn": spec.execution_role} if spec.execution_role else {}),
        "runtimePlatform": {
            "cpuArchitecture": spec.architecture,
            "operatingSystemFamily": spec.operating_system,
        },
        "containerDefinitions": _containers(template["containerDefinitions"], groups, options.image, plan),
        "tags": [{"key": TAG, "value": options.run}],
    }


def _containers(
    written: Sequence[Mapping[str, Any]], groups: Sequence[str], image: str, plan: str | None
) -> list[dict[str, Any]]:
    """The probe, a reporter a group, and last the verdict, which is essential and waits for all of them."""
    by_name = {container["name"]: container for container in written}
    names = [group.replace(".", "-") for group in groups]
    environment = [_variable("PROBE_PLAN", plan)] if plan else []
    probe = {**by_name["probe"], "image": image, "environment": environment}
    pattern = {**by_name["verdict"], "image": image}
    reporters = [
        {**pattern, "name": name, "command": ["report", group], "essential": False, **_after("probe")}
        for name, group in zip(names, groups, strict=True)
    ]
    return [probe, *reporters, {**pattern, **_after("probe", *names)}]


def _after(*names: str) -> dict[str, Any]:
    return {"dependsOn": [{"containerName": name, "condition": "COMPLETE"} for name in names]}
