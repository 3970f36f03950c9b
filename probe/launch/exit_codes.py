"""A reporter's exit code, read back into the matrix.

A code names the lowest broken layer of a group: the layers below it passed, the ones above were never
reached.  It carries no address and no words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from probe.exits import DIED, EXIT_LAYER, MEANING, Exit
from probe.model import OPERATIONS, Call, Failure, Kind, Layer, Observation, Outcome, Road, Status, Target

_KINDS = {
    Exit.HEALTHY: Kind.UNKNOWN,
    Exit.DNS: Kind.UNKNOWN,
    Exit.TCP: Kind.TIMEOUT,
    Exit.TLS: Kind.UNKNOWN,
    Exit.HTTP: Kind.UNKNOWN,
    Exit.IDENTITY: Kind.ACCESS_DENIED,
    Exit.REFERENCE: Kind.NOT_FOUND,
}
"""The likeliest kind behind a code, where there is one."""

_OF_CALLS = frozenset(code for code, layer in EXIT_LAYER.items() if layer is Layer.CALL)


def of_group(outcome: Outcome, group: str) -> int | None:
    """The exit code of a group's reporter, whose container cannot have dots in its name."""
    return outcome.exit_codes.get(group.replace(".", "-"))


def observations(targets: Sequence[Target], code: int | None) -> Iterator[Observation]:
    """What a group's code says of its targets; where they are several, a failure may be any one's.

    A code of the calls says that every layer of every target answered, and is about who has a needed call.
    """
    tried = [target for target in targets if target.blocked is (code == Exit.ASSERTION)]
    concerned = [target for target in tried if _calls(target)] if code in _OF_CALLS else tried
    for target in targets:
        if code is None or code in DIED:
            yield from _unreported(target, "the reporter died" if code else "the reporter never ran")
        elif code == Exit.HEALTHY:
            yield from _healthy(target)
        elif target not in tried or code not in {*EXIT_LAYER, Exit.ASSERTION}:
            yield from _unreported(target, _meaning(code))
        elif target not in concerned:
            yield from _healthy(target)
        elif len(concerned) > 1:
            names = ", ".join(one.name for one in concerned)
            yield from _unreported(target, f"{_meaning(code)}: one of {names}")
        elif code == Exit.ASSERTION:
            yield from _passed(target, target.layers)
        else:
            yield from _broken(target, Exit(code))


def _calls(target: Target) -> bool:
    return any(call.needed for call in target.calls)


def _healthy(target: Target) -> Iterator[Observation]:
    """A healthy group's target works, or cannot be reached where that was asserted."""
    if target.blocked:
        yield _step(target, Layer.DNS, OPERATIONS[Layer.DNS], Status.SKIP, "an exit code does not tell")
        yield _failed(target, Layer.TCP, OPERATIONS[Layer.TCP], Exit.HEALTHY)
        return
    for layer in target.layers:
        if layer in target.optional:
            yield _step(target, layer, OPERATIONS[layer], Status.SKIP, "an exit code does not tell")
        else:
            yield from _passed(target, (layer,))
    yield from (_worked(target, call) for call in target.calls)


def _broken(target: Target, code: Exit) -> Iterator[Observation]:
    """One target whose lowest broken layer is known."""
    layer = EXIT_LAYER[code]
    because = f"{layer.value} failed"
    if layer in target.layers:
        at = target.layers.index(layer)
        yield from _passed(target, target.layers[:at])
        yield _failed(target, layer, OPERATIONS[layer], code)
        yield from (
            _step(target, above, OPERATIONS[above], Status.SKIP, because) for above in target.layers[at + 1 :]
        )
        yield from (_call(target, call, Status.SKIP, because) for call in target.calls)
        return
    yield from _passed(target, target.layers)
    operation, reference = _failing_call(target)
    yield _failed(target, Layer.CALL, operation, code, reference)


def _failing_call(target: Target) -> tuple[str, str | None]:
    """The only needed call; the code cannot say which of several."""
    needed = [call for call in target.calls if call.needed]
    return (needed[0].operation, needed[0].reference or None) if len(needed) == 1 else ("call", None)


def _passed(target: Target, layers: Sequence[Layer]) -> Iterator[Observation]:
    return (_step(target, layer, OPERATIONS[layer], Status.PASS) for layer in layers)


def _failed(
    target: Target, layer: Layer, operation: str, code: Exit, reference: str | None = None
) -> Observation:
    words = _meaning(code)
    return Observation(
        target=target.name,
        layer=layer,
        operation=operation,
        status=Status.FAIL,
        road=Road.EXIT_CODE,
        reference=reference,
        failure=Failure(operation=operation, kind=_KINDS[code], words=words),
    )


def _worked(target: Target, call: Call) -> Observation:
    """A call of a healthy group; the code is about the needed ones alone."""
    if call.withheld:
        return _call(target, call, Status.SKIP, call.withheld)
    if call.needed:
        return _call(target, call, Status.PASS)
    return _call(target, call, Status.SKIP, "an exit code tells of needed calls alone")


def _call(target: Target, call: Call, status: Status, because: str | None = None) -> Observation:
    return Observation(
        target=target.name,
        layer=Layer.CALL,
        operation=call.operation,
        status=status,
        road=Road.EXIT_CODE,
        reference=call.reference or None,
        because=because,
    )


def _unreported(target: Target, because: str) -> Iterator[Observation]:
    for layer in target.layers:
        yield _step(target, layer, OPERATIONS[layer], Status.NO_REPORT, because)
    yield from (_call(target, call, Status.NO_REPORT, because) for call in target.calls)


def _step(
    target: Target, layer: Layer, operation: str, status: Status, because: str | None = None
) -> Observation:
    return Observation(
        target=target.name,
        layer=layer,
        operation=operation,
        status=status,
        road=Road.EXIT_CODE,
        because=because,
    )


def _meaning(code: int) -> str:
    known = MEANING[Exit(code)] if code in set(Exit) else "no code of ours"
    return f"the reporter exited with {code}: {known}"
