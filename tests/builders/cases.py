"""Cases of one service in a small VPC, and what a probe told of it."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from probe import endpoints as names
from probe.diagnosis.case import Case
from probe.evidence.snapshot import Snapshot
from probe.model import Call, Failure, Kind, Layer, Observation, Outcome, Road, Spec, Status, Target
from tests.builders.vpcs import ACCOUNT, REGION, SUBNETS

ROLE = f"arn:aws:iam::{ACCOUNT}:role/checkout-execution"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:checkout-AbCdEf"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/checkout:1"
GROUP = "/ecs/checkout"


def spec(**changes: Any) -> Spec:
    """A service in the three subnets, without a public address."""
    return replace(
        Spec(
            region=REGION,
            account=ACCOUNT,
            cluster="prod",
            service="checkout",
            task_definition=f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/checkout:7",
            subnets=SUBNETS,
            security_groups=("sg-task",),
            execution_role=ROLE,
        ),
        **changes,
    )


def target(suffix: str, *calls: Call, needed: bool = True, region: str = REGION) -> Target:
    """A service's target."""
    name = suffix if region == REGION else f"{suffix}@{region}"
    return Target(
        name=name,
        service=suffix,
        host=names.host(suffix, region, ACCOUNT),
        region=region,
        needed=needed,
        because="the test needs it",
        group=suffix,
        calls=calls,
    )


TARGETS = (
    target("ecr.api", Call(operation="ecr:GetAuthorizationToken", reference=ACCOUNT)),
    target("ecr.dkr", Call(operation="registry:Pull", reference=IMAGE)),
    target("s3"),
    target("secretsmanager", Call(operation="secretsmanager:GetSecretValue", reference=SECRET)),
    target("logs", Call(operation="logs:CreateLogStream", reference=GROUP)),
    target("kms", needed=False),
)
BY_NAME = {one.name: one for one in TARGETS}


def case(snapshot: Snapshot, *outcomes: Outcome, **changes: Any) -> Case:
    """The service above in a VPC, with what was measured."""
    return replace(Case(spec=spec(), targets=TARGETS, snapshot=snapshot, outcomes=outcomes), **changes)


def outcome(subnet: str, *observations: Observation, **changes: Any) -> Outcome:
    """A probe that told everything."""
    return replace(
        Outcome(subnet=subnet, ended="stopped", complete=True, observations=observations), **changes
    )


def works(*targets: Target) -> tuple[Observation, ...]:
    """Every layer and call of the targets passed."""
    layers = [_step(one.name, layer, Status.PASS) for one in targets for layer in one.layers]
    calls = [
        Observation(
            target=one.name,
            layer=Layer.CALL,
            operation=call.operation,
            status=Status.PASS,
            reference=call.reference,
        )
        for one in targets
        for call in one.calls
    ]
    return (*layers, *calls)


OPERATION = {Layer.DNS: "resolve-system", Layer.TCP: "connect", Layer.TLS: "handshake", Layer.HTTP: "request"}


def _step(name: str, layer: Layer, status: Status, **more: Any) -> Observation:
    return Observation(target=name, layer=layer, operation=OPERATION[layer], status=status, **more)


def fails(
    name: str, layer: Layer, kind: Kind, at: str | None = None, *, road: Road = Road.LOG, **more: Any
) -> tuple[Observation, ...]:
    """The layers below passed, and this one failed."""
    order = tuple(OPERATION)
    operation = OPERATION[layer]
    failure = Failure(operation=operation, kind=kind, words=f"it {kind.value}")
    below = tuple(_step(name, one, Status.PASS, road=road) for one in order[: order.index(layer)])
    return (*below, _step(name, layer, Status.FAIL, road=road, address=at, failure=failure, **more))


def refused(
    name: str, kind: Kind, *, road: Road = Road.LOG, facts: Any = None, **said: Any
) -> tuple[Observation, ...]:
    """Every layer passed, and the target's first call failed."""
    call = BY_NAME[name].calls[0]
    failure = Failure(**{"operation": call.operation, "kind": kind, "words": "it was refused", **said})
    layers = tuple(_step(name, layer, Status.PASS, road=road) for layer in OPERATION)
    return (
        *layers,
        Observation(
            target=name,
            layer=Layer.CALL,
            operation=call.operation,
            status=Status.FAIL,
            road=road,
            reference=call.reference,
            failure=failure,
            facts=facts or {},
        ),
    )


def others(*names_of: str) -> tuple[Target, ...]:
    """The service's targets without some."""
    return tuple(one for one in TARGETS if one.name not in names_of)


def everywhere(*observations: Observation, besides: tuple[str, ...]) -> tuple[Outcome, ...]:
    """The same in every subnet: what is given, and the other targets work."""
    return tuple(outcome(one, *observations, *works(*others(*besides))) for one in SUBNETS)
