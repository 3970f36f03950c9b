"""Two carriers, one subnet: what the function saw joins what became of the Fargate probe.

Where both speak of one step and disagree, both stay, and ``beside`` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from probe.exits import EXIT_LAYER, judge
from probe.launch.carriers.function import Answer
from probe.model import Layer, Observation, Outcome, Road, Status, Target

MEASURED = "a function in the same subnet measured from DNS to HTTP"
_LAYERS = (Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP)


def merged(outcome: Outcome, answer: Answer) -> Outcome:
    """The outcome with the function's observations; it stays as incomplete as it was."""
    if answer.because is not None:
        return replace(outcome, beside=f"no function measured here: {answer.because}")
    short = outcome.observations
    said = {(one.target, one.operation, one.reference) for one in short if one.layer is Layer.CALL}
    seen = tuple(one for one in answer.observations if not _is_said(one, said))
    beside = "; ".join([MEASURED, *contradictions(short, seen)])
    return replace(outcome, beside=beside, observations=(*short, *seen))


def alone(answer: Answer) -> Outcome:
    """The outcome of a subnet in which nothing but a function was started."""
    beside = MEASURED if answer.because is None else f"no function measured here: {answer.because}"
    return Outcome(
        subnet=answer.subnet, ended="no probe was started", beside=beside, observations=answer.observations
    )


def contradictions(short: Iterable[Observation], seen: Sequence[Observation]) -> Iterator[str]:
    """Steps that one of the two roads calls broken and the other whole."""
    for one in short:
        if one.layer in _LAYERS and one.status in {Status.PASS, Status.FAIL}:
            here = [two.status for two in seen if (two.target, two.operation) == (one.target, one.operation)]
            step = f"{one.target} {one.layer.value.upper()}"
            if one.status is Status.FAIL and Status.PASS in here:
                yield f"the two disagree on {step}: it failed for ECS and worked for the function"
            elif one.status is Status.PASS and Status.FAIL in here and Status.PASS not in here:
                yield f"the two disagree on {step}: it worked for ECS and failed for the function"


def broken(answer: Answer, targets: Iterable[Target]) -> tuple[str, ...]:
    """The needed targets that the function found broken, each with its layer: ``ecr.api (tcp)``."""
    codes = {
        target.name: judge(target, [one for one in answer.observations if one.target == target.name])
        for target in targets
        if target.needed
    }
    layers = {name: EXIT_LAYER[code] for name, code in codes.items() if code in EXIT_LAYER}
    return tuple(f"{name} ({layer.value})" for name, layer in layers.items())


def _is_said(one: Observation, said: set[tuple[str, str, str | None]]) -> bool:
    """Whether it only skips a call of which the short road knows how it ended."""
    return one.road is Road.FUNCTION and (one.target, one.operation, one.reference) in said
