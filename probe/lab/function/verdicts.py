"""What an invocation answers: its payload or the error in it, and its last lines of log."""

from __future__ import annotations

import base64
import json
import math
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from probe.lab.function.functions import VERSION
from probe.lab.function.sandbox import Ending, Invocation

MOST_ASKED, MOST_ANSWERED = 6_291_456, 6_291_556
"""Bytes of a request and of an answer.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

_DIED_BY_SIGNAL = 128
_TAIL = 4096


@dataclass(frozen=True)
class Verdict:
    """``payload`` is JSON; ``failed`` whether it is an error's."""

    payload: bytes
    failed: bool = False


def verdict(invocation: Invocation, ending: Ending) -> Verdict:
    """What the caller is answered."""
    match ending.answer:
        case {"payload": text} if len(str(text).encode()) > MOST_ANSWERED:
            size = f"Response payload size exceeded maximum allowed payload size ({MOST_ANSWERED} bytes)."
            return _failure({"errorMessage": size, "errorType": "Function.ResponseSizeTooLarge"})
        case {"payload": text}:
            return Verdict(str(text).encode())
        case {"error": error}:
            return _failure(error)
        case _:
            return _failure(_death(invocation, ending.code))


def log(invocation: Invocation, ending: Ending) -> str:
    """The invocation's log as Lambda writes it: START, the function's output, END and REPORT."""
    milliseconds = 1000 * ending.took
    output = ending.output if not ending.output or ending.output.endswith("\n") else ending.output + "\n"
    report = (
        f"REPORT RequestId: {invocation.id}\tDuration: {milliseconds:.2f} ms\tBilled Duration: "
        f"{math.ceil(milliseconds)} ms\tMemory Size: {invocation.function.memory} MB\t"
    )
    if ending.code is None:
        report += "Status: timeout\t"
    return (
        f"START RequestId: {invocation.id} Version: {VERSION}\n{output}"
        f"END RequestId: {invocation.id}\n{report}\n"
    )


def tail(text: str) -> str:
    """The last 4 KB of a log, in base64."""
    return base64.b64encode(text.encode()[-_TAIL:]).decode()


def _failure(error: Mapping[str, Any]) -> Verdict:
    return Verdict(json.dumps(error).encode(), failed=True)


def _death(invocation: Invocation, code: int | None) -> dict[str, str]:
    """The error of a function that did not answer: out of time, ended by itself, or killed."""
    prefix = f"RequestId: {invocation.id} Error: "
    if code is None:
        text = f"Task timed out after {invocation.function.timeout:.2f} seconds"
        return {"errorType": "Sandbox.Timedout", "errorMessage": prefix + text}
    if code == 0:
        why = "Runtime exited without providing a reason"
    elif code > _DIED_BY_SIGNAL:
        why = f"Runtime exited with error: signal: {str(signal.strsignal(code - _DIED_BY_SIGNAL)).lower()}"
    else:
        why = f"Runtime exited with error: exit status {code}"
    return {"errorType": "Runtime.ExitError", "errorMessage": prefix + why}
