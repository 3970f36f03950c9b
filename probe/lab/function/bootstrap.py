"""Inside a function's chamber: Lambda's runtime for Python, in small.

A script, run by path without site-packages: it imports nothing of ours, and the function's code finds what
its package holds and what Lambda itself provides, as on Lambda.  Reads ``event`` and ``context`` in the
directory that its argument names, makes ``ready`` there once the handler is imported, and ``answer`` when it
has returned.

Error types and texts are those of https://github.com/aws/aws-lambda-python-runtime-interface-client.
"""

# pathlib would be imported before the function's own code; the rest is what a runtime does.
# ruff: noqa: PTH110, PTH116, PTH118, PTH123, BLE001, T201
from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    Handler = Callable[[Any, "Context"], Any]
    Answer = dict[str, Any]

TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]
_READABLE = 0o004


class Fault(Exception):
    """The handler cannot be had; ``kind`` is Lambda's error type."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class Context:
    """What Lambda tells a handler of its invocation."""

    function_version = "$LATEST"
    client_context = None
    identity = None

    def __init__(self, told: dict[str, Any]) -> None:
        self.function_name = told["function_name"]
        self.invoked_function_arn = told["invoked_function_arn"]
        self.memory_limit_in_mb = told["memory_limit_in_mb"]
        self.aws_request_id = told["aws_request_id"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._deadline = time.monotonic() + told["timeout"]

    def get_remaining_time_in_millis(self) -> int:
        return max(int(1000 * (self._deadline - time.monotonic())), 0)


def main(folder: str) -> NoReturn:
    """Serve one invocation; threads that the function left behind do not keep it from ending."""
    with open(os.path.join(folder, "event"), encoding="utf-8") as stream:
        event = json.load(stream)
    with open(os.path.join(folder, "context"), encoding="utf-8") as stream:
        told = json.load(stream)
    answer = served(event, told, os.path.join(folder, "ready"))
    with open(os.path.join(folder, "answer"), "w", encoding="utf-8") as stream:
        json.dump(answer, stream)
    sys.stdout.flush()
    os._exit(0)


def served(event: Any, told: dict[str, Any], ready: str) -> Answer:
    """``{"payload": …}`` or ``{"error": …}``."""
    try:
        handler = found(os.environ["_HANDLER"])
    except Fault as fault:
        return reported(failure(fault.kind, str(fault)))
    open(ready, "w").close()
    request = told["aws_request_id"]
    try:
        result = handler(event, Context(told))
    except Exception as error:
        frames = traceback.format_list(traceback.extract_tb(error.__traceback__)[1:])
        return reported(failure(type(error).__name__, str(error), request, frames))
    try:
        return {"payload": json.dumps(result)}
    except (TypeError, ValueError) as error:
        return reported(failure("Runtime.MarshalError", f"Unable to marshal response: {error}", request))


def found(name: str) -> Handler:
    """The handler that a setting names.  Raises Fault."""
    module, dot, function = name.rpartition(".")
    if not dot:
        text = f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)"
        raise Fault("Runtime.MalformedHandlerName", text)
    try:
        check_permissions(module)
        loaded = importlib.import_module(module.replace("/", "."))
    except (ImportError, PermissionError) as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module}': {error}") from error
    except SyntaxError as error:
        raise Fault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {error}") from error
    except Exception as error:
        raise Fault(type(error).__name__, str(error)) from error
    if not hasattr(loaded, function):
        raise Fault("Runtime.HandlerNotFound", f"Handler '{function}' missing on module '{module}'")
    handler: Handler = getattr(loaded, function)
    return handler


def check_permissions(module: str) -> None:
    """Refuse what others may not read: the lab's chamber lets everybody read everything, Lambda does not."""
    path = os.path.join(TASK_ROOT, *module.replace("/", ".").split(".")) + ".py"
    if os.path.exists(path) and not os.stat(path).st_mode & _READABLE:
        raise PermissionError(13, "Permission denied", path)


def failure(kind: str, text: str, request: str = "", frames: list[str] | None = None) -> Answer:
    """An error as Lambda answers it."""
    return {"errorMessage": text, "errorType": kind, "requestId": request, "stackTrace": frames or []}


def reported(error: Answer) -> Answer:
    """The error as the answer, and in the log."""
    print(f"[ERROR] {error['errorType']}: {error['errorMessage']}")
    if error["stackTrace"]:
        print("Traceback (most recent call last):\n" + "".join(error["stackTrace"]), end="")
    return {"error": error}


if __name__ == "__main__":
    sys.path.insert(0, TASK_ROOT)
    main(sys.argv[1])
