"""The function carrier: one Lambda function in one subnet, with the service's groups, and taken away again.

Its code does not travel through the VPC and its answer neither.  It has a role of its own and never a
public address: it measures from DNS to HTTP, and the agent's calls are skipped with that reason.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, wait
from threading import Event, Thread
from typing import Any

import msgspec
from botocore.config import Config
from msgspec.structs import replace

from probe import forms
from probe.launch.carriers.making import SPARE, CutShortError, DismissedError, Order, created, seconds_of
from probe.launch.refusals import FAILURES, asking
from probe.launch.refused import RefusedError
from probe.launch.telling import Tell
from probe.model import Layer, Noun, Observation, Road, Status, Work

NOT_ITS_CALL = "the function does not carry the execution role: only the Fargate probe can make this call"

_ACTIVE_WITHIN = 150.0
_PAUSE, _GROWTH, _LONGEST_PAUSE = 0.2, 1.5, 3.0
_TICK = 0.1
_SEEN_AT = "see the function's messages in Lambda's console"


class Answer(Noun, kw_only=True):
    """What the function of one subnet saw, or why it saw nothing."""

    subnet: str
    observations: tuple[Observation, ...] = ()
    because: str | None = None


class _Told(Noun, kw_only=True):
    observations: tuple[Observation, ...]


def measured(session: Any, order: Order, work: Work, dismissed: Event, tell: Tell) -> Answer:
    """The answer of a function that is made for this, in the work's subnet.  Never raises for AWS's no."""
    client = session.client("lambda", config=Config(read_timeout=seconds_of(work) + SPARE))
    try:
        with created(session, order, work, dismissed, tell) as name:
            _wait_until_active(client, name, dismissed)
            tell(f"{work.subnet}: the function is measuring")
            seen = _told(name, _invoked(client, name, work, dismissed))
    except RefusedError as error:
        return Answer(subnet=work.subnet, because=f"{error}; {error.advice}")
    except DismissedError:
        return Answer(subnet=work.subnet, because="it was no longer needed")
    return Answer(subnet=work.subnet, observations=(*seen, *_calls(work)))


def _wait_until_active(client: Any, name: str, dismissed: Event) -> None:
    """Wait until Lambda has given the function its interface."""
    what, action = f"the function {name} did not become active", "lambda:GetFunctionConfiguration"
    deadline, pause = time.monotonic() + _ACTIVE_WITHIN, _PAUSE
    while time.monotonic() < deadline:
        with asking(what, action, f"function:{name}"):
            shown = client.get_function_configuration(FunctionName=name)
        if shown.get("State") == "Active":
            return
        if shown.get("State") == "Failed":
            why = f"{shown.get('StateReasonCode', 'Failed')}: {shown.get('StateReason', 'no reason given')}"
            raise RefusedError(what, why, _SEEN_AT)
        if dismissed.wait(pause):
            raise DismissedError
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)
    raise RefusedError(what, f"it was pending for {_ACTIVE_WITHIN:g} s", "try again")


def _invoked(client: Any, name: str, work: Work, dismissed: Event) -> bytes:
    """The function's answer; in a thread, so that nobody waits for one that is no longer needed."""
    without = tuple(replace(target, calls=()) for target in work.targets)
    payload = msgspec.json.encode({"work": replace(work, targets=without, logs=None)})
    coming: Future[bytes] = Future()
    Thread(target=_invoke, args=(client, name, payload, coming), name=name, daemon=True).start()
    deadline = time.monotonic() + seconds_of(work) + 2 * SPARE
    while not wait([coming], timeout=_TICK).done:
        if dismissed.is_set():
            raise CutShortError
        if time.monotonic() > deadline:
            raise RefusedError(f"the function {name} did not answer", "its time is up", _SEEN_AT)
    with asking(f"cannot invoke the function {name}", "lambda:InvokeFunction", f"function:{name}"):
        return coming.result()


def _invoke(client: Any, name: str, payload: bytes, coming: Future[bytes]) -> None:
    try:
        answer = client.invoke(FunctionName=name, Payload=payload)
        coming.set_result(answer["Payload"].read())
    except FAILURES as error:
        coming.set_exception(error)


def _told(name: str, body: bytes) -> Iterator[Observation]:
    """The observations of an answer, by their road.  Lambda's own errors have none."""
    try:
        told = forms.read(body, _Told)
    except ValueError as error:  # msgspec's own, and Python's where the bytes are no UTF-8
        words = " ".join(body.decode(errors="replace").split())[:300]
        raise RefusedError(f"the function {name} failed", words, _SEEN_AT) from error
    return (replace(one, road=Road.FUNCTION) for one in told.observations)


def _calls(work: Work) -> Iterator[Observation]:
    """A word for every call that a function cannot make in the agent's name."""
    for target in work.targets:
        for call in target.calls:
            yield Observation(
                target=target.name,
                layer=Layer.CALL,
                operation=call.operation,
                status=Status.SKIP,
                road=Road.FUNCTION,
                reference=call.reference or None,
                because=NOT_ITS_CALL,
            )
