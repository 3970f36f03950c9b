"""The stop reason of a probe that never ran: ECS's own dial is a measurement of the same path.

What it says about the *probe's* image (a missing tag, a denied repository) is no observation of a target:
that concerns the probe, never the service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from probe import stopped
from probe.model import OPERATIONS, Failure, Kind, Layer, Observation, Outcome, Road, Status, Target
from probe.stopped import Cause, Stage, StopReason

_AT = {
    Cause.DNS: (Layer.DNS, Kind.UNKNOWN),
    Cause.TIMEOUT: (Layer.TCP, Kind.TIMEOUT),
    Cause.REFUSED: (Layer.TCP, Kind.REFUSED),
    Cause.TLS: (Layer.TLS, Kind.CERTIFICATE_UNTRUSTED),
    Cause.RATE_LIMIT: (Layer.HTTP, Kind.THROTTLED),
    Cause.SERVICE_SIDE: (Layer.HTTP, Kind.SERVICE_FAILED),
    Cause.IAM: (Layer.CALL, Kind.ACCESS_DENIED),
    Cause.ENDPOINT_POLICY: (Layer.CALL, Kind.ACCESS_DENIED),
}
"""The layer and the kind that a cause speaks of; the other causes name none."""

_SAID = (
    (r"remote error: tls", Layer.TLS, Kind.TLS_REJECTED),
    (r"\bread tcp .*reset by peer", Layer.TLS, Kind.RESET),
    (r"\bdial tcp .*reset by peer", Layer.TCP, Kind.RESET),
    (r"\beof\b", Layer.TLS, Kind.CLOSED),
    (r"deserialization failed", Layer.HTTP, Kind.NOT_THE_SERVICE),
)
"""Go's own words, which tell more than the cause: who *reads* has a connection.  https://pkg.go.dev/net#OpError"""

_SERVICE = {
    Stage.REGISTRY_AUTH: "ecr.api",
    Stage.IMAGE_MANIFEST: "ecr.dkr",
    Stage.IMAGE_LAYER: "s3",
}
"""What each step of the probe's own start dials."""

_TOKEN = "ecr:GetAuthorizationToken"
_SHARED = {Stage.REGISTRY_AUTH: _TOKEN, Stage.IMAGE_LAYER: "s3:GetObject"}
"""The calls of the probe's start that the service's own start makes alike: a denial of these is its too."""


def observations(outcome: Outcome, targets: Sequence[Target]) -> tuple[Observation, ...]:
    """What the stop reason shows: the step that failed, and every step that had to pass before it."""
    if not outcome.stop_reason:
        return ()
    said = stopped.decode(outcome.stop_reason)
    if said.stage is Stage.ROLE_ASSUMPTION:
        return (_not_assumed(said),)
    passed = tuple(one for stage in said.passed for one in _worked(stage, targets))
    return (*passed, *_broken(said, targets))


def _worked(stage: Stage, targets: Sequence[Target]) -> Iterator[Observation]:
    target = _target(_SERVICE.get(stage), targets)
    if target is not None:
        yield from (_step(target, layer, OPERATIONS[layer], Status.PASS) for layer in target.layers)
        yield from (
            _step(target, Layer.CALL, call.operation, Status.PASS, reference=call.reference or None)
            for call in target.calls
            if call.operation == _TOKEN
        )


def _broken(said: StopReason, targets: Sequence[Target]) -> Iterator[Observation]:
    """The layers below the failure passed: the agent had to come that far."""
    target = _target(said.service or _SERVICE.get(said.stage), targets)
    at = _at(said)
    if target is None or at is None:
        return
    layer, kind = at
    below = target.layers[: target.layers.index(layer)] if layer in target.layers else target.layers
    yield from (_step(target, one, OPERATIONS[one], Status.PASS) for one in below)
    if layer is not Layer.CALL:
        yield _failed(target, layer, OPERATIONS[layer], kind, said)
    elif said.stage in _SHARED:
        yield _failed(target, layer, _SHARED[said.stage], kind, said)


def _at(said: StopReason) -> tuple[Layer, Kind] | None:
    """The layer and the kind that the likeliest cause speaks of; a handshake times out once connected."""
    if {Cause.TIMEOUT, Cause.TLS} <= set(said.causes):
        return Layer.TLS, Kind.TIMEOUT
    likeliest = next((cause for cause in said.causes if cause in _AT), None)
    if likeliest in {Cause.TLS, Cause.REFUSED, Cause.SERVICE_SIDE}:
        words = ((layer, kind) for text, layer, kind in _SAID if re.search(text, said.text, re.IGNORECASE))
        return next(words, _AT[likeliest])
    return _AT[likeliest] if likeliest else None


def _target(service: str | None, targets: Sequence[Target]) -> Target | None:
    """The service's target in the task's own region, which is where the probe's image is."""
    return next((target for target in targets if target.name == service), None)


def _not_assumed(said: StopReason) -> Observation:
    failure = Failure(
        operation="sts:AssumeRole",
        kind=Kind.ACCESS_DENIED,
        words=said.text,
        action=said.action,
        resource=said.resource,
    )
    return Observation(
        target=said.resource or "role",
        layer=Layer.CALL,
        operation="sts:AssumeRole",
        status=Status.FAIL,
        road=Road.STOP_REASON,
        failure=failure,
    )


def _failed(target: Target, layer: Layer, operation: str, kind: Kind, said: StopReason) -> Observation:
    call = next((one for one in target.calls if one.operation == operation), None)
    failure = Failure(
        operation=operation,
        kind=kind,
        words=said.text,
        action=said.action,
        # A layer's refusal names the probe's own image, which is not what the service asks for.
        resource=None if said.stage is Stage.IMAGE_LAYER else said.resource,
        policy=said.policy,
    )
    return Observation(
        target=target.name,
        layer=layer,
        operation=operation,
        status=Status.FAIL,
        road=Road.STOP_REASON,
        address=said.address,
        reference=call.reference or None if call else None,
        failure=failure,
    )


def _step(
    target: Target, layer: Layer, operation: str, status: Status, reference: str | None = None
) -> Observation:
    return Observation(
        target=target.name,
        layer=layer,
        operation=operation,
        status=status,
        road=Road.STOP_REASON,
        reference=reference,
    )
