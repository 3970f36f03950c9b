"""Exit codes: the one vocabulary that the container, its reporters and ``run-probe`` share.

A code names the lowest broken layer.  The measured layer decides, never the topic of a finding, so
that a code read from ``DescribeTasks`` and a code computed at the desk mean the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import assert_never

from probe.model import Call, Kind, Layer, Observation, Status, Target


class Exit(IntEnum):
    """The table of README.md; a test compares the two."""

    HEALTHY = 0
    TOOL_BROKE = 1
    USAGE = 2
    NOTHING_TO_PROBE = 3
    DNS = 11
    TCP = 12
    TLS = 13
    HTTP = 14
    IDENTITY = 15
    REFERENCE = 16
    ASSERTION = 17
    NO_REPORT = 20
    OUT_OF_TIME = 21


MEANING = {
    Exit.HEALTHY: "everything needed works",
    Exit.TOOL_BROKE: "the tool itself broke",
    Exit.USAGE: "usage: bad flag, bad plan, bad task definition",
    Exit.NOTHING_TO_PROBE: "nothing to probe",
    Exit.DNS: "DNS",
    Exit.TCP: "network path (TCP)",
    Exit.TLS: "TLS",
    Exit.HTTP: "HTTP: something other than AWS answered, or AWS is throttling or failing",
    Exit.IDENTITY: "identity: no credentials, or denied by a policy",
    Exit.REFERENCE: "reference: image, secret, key, parameter, log group or env file is wrong or absent",
    Exit.ASSERTION: "an --expect-... assertion does not hold",
    Exit.NO_REPORT: "no report: no carrier could start, or it died, and no road names a layer",
    Exit.OUT_OF_TIME: "out of time, or told to stop, before every check had answered",
}

LAYER_EXIT = {Layer.DNS: Exit.DNS, Layer.TCP: Exit.TCP, Layer.TLS: Exit.TLS, Layer.HTTP: Exit.HTTP}

EXIT_LAYER = {
    **{code: layer for layer, code in LAYER_EXIT.items()},
    Exit.IDENTITY: Layer.CALL,
    Exit.REFERENCE: Layer.CALL,
}
"""The layer a code names, for reading a reporter's exit code back into the matrix."""

DIED = frozenset({125, 126, 127, 137, 139, 143, 255})
"""Codes of a runtime or a signal: the container died and said nothing, which is never a verdict."""


def judge(target: Target, observations: Iterable[Observation]) -> Exit:
    """The lowest broken layer of one target.

    A layer is broken when nothing in it succeeded; DNS is judged by the system resolver alone, which is
    what the agent uses; each needed call counts for itself.  A step that ran out of time is 21, and so
    is a target that nobody answered for.
    """
    seen = tuple(observations)
    if target.blocked:
        return _judge_blocked(seen)
    for layer in target.layers:
        here = [seen_one for seen_one in seen if seen_one.layer is layer and _decides(seen_one)]
        if any(one.status is Status.PASS or is_lacking(one) for one in here):
            continue
        if any(one.status is Status.FAIL for one in here):
            return LAYER_EXIT[layer]
        return Exit.OUT_OF_TIME
    return worst(_judge_call(call, seen) for call in target.calls if call.needed)


def is_lacking(observation: Observation) -> bool:
    """Whether a step was tried and the far end does not have its layer, which is no fault."""
    return observation.status is Status.SKIP and observation.failure is not None


def is_broken(code: Exit) -> bool:
    """Whether a code says that something was tried and does not work; the others know less, or nothing."""
    return Exit.DNS <= code <= Exit.ASSERTION


def worst(codes: Iterable[int]) -> Exit:
    """The one code that stands for several: the lowest of 11 to 17, else 21, else 20, else healthy."""
    found = {Exit(code) for code in codes}
    layers = sorted(filter(is_broken, found))
    rest = [code for code in (Exit.OUT_OF_TIME, Exit.NO_REPORT) if code in found]
    return (layers + rest + [Exit.HEALTHY])[0]


def failed_call(kind: Kind) -> Exit:
    """The code of a signed call that failed: what its answer, or its silence, says about the layer."""
    match kind:
        case Kind.NO_CREDENTIALS | Kind.ACCESS_DENIED | Kind.KEY_UNUSABLE:
            return Exit.IDENTITY
        case Kind.NOT_FOUND | Kind.INVALID_REFERENCE | Kind.PLATFORM_MISMATCH:
            return Exit.REFERENCE
        case Kind.NAME_NOT_FOUND | Kind.NO_DATA | Kind.SERVER_FAILURE | Kind.QUERY_REFUSED:
            return Exit.DNS
        case Kind.TIMEOUT | Kind.REFUSED | Kind.RESET | Kind.UNREACHABLE | Kind.CLOSED:
            return Exit.TCP
        case (
            Kind.CERTIFICATE_UNTRUSTED
            | Kind.CERTIFICATE_EXPIRED
            | Kind.CERTIFICATE_WRONG_HOST
            | Kind.TLS_REJECTED
        ):
            return Exit.TLS
        case Kind.NOT_THE_SERVICE | Kind.THROTTLED | Kind.SERVICE_FAILED | Kind.UNKNOWN:
            return Exit.HTTP
        case _:
            assert_never(kind)


def _decides(observation: Observation) -> bool:
    return observation.layer is not Layer.DNS or observation.operation == "resolve-system"


def _judge_blocked(seen: tuple[Observation, ...]) -> Exit:
    """A connection breaks the assertion; it holds once every way has failed, a name's resolution included."""
    if any(one.layer is Layer.TCP and one.status is Status.PASS for one in seen):
        return Exit.ASSERTION
    failed = (one for one in seen if one.status is Status.FAIL and _decides(one))
    return Exit.HEALTHY if any(one.layer in {Layer.DNS, Layer.TCP} for one in failed) else Exit.OUT_OF_TIME


def _judge_call(call: Call, seen: tuple[Observation, ...]) -> Exit:
    """A call's own code; one that the operator forbade is no fault, unless what was asked instead failed."""
    for one in seen:
        if (one.operation, one.reference or "") == (call.operation, call.reference):
            if one.status is Status.PASS or (one.status is Status.SKIP and call.withheld):
                return Exit.HEALTHY
            if one.failure is not None:
                return failed_call(one.failure.kind)
    return Exit.OUT_OF_TIME
