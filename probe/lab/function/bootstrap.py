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
    """The runtime's own refusal; ``kind`` is Lambda's error type, ``request`` "" before the handler ran."""

    def __init__(self, kind: str, text: str, request: str = "") -> None:
        super().__init__(text)
        self.kind, self.request = kind, request


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
    told = loaded(folder, "context")
    try:
        answer = {"payload": served(folder, told)}
    except Fault as fault:
        answer = reported(str(fault), fault.kind, fault.request, [])
    except Exception as error:  # the function's code is anybody's
        answer = reported(str(error), type(error).__name__, told["aws_request_id"], own_lines(error))
    with open(os.path.join(folder, "answer"), "w", encoding="utf-8") as stream:
        json.dump(answer, stream)
    sys.stdout.flush()
    os._exit(0)


def loaded(folder: str, name: str) -> Any:
    with open(os.path.join(folder, name), encoding="utf-8") as stream:
        return json.load(stream)


def served(folder: str, told: dict[str, Any]) -> str:
    """The handler's answer as JSON.  Raises Fault, and whatever the function raises."""
    handler = found(os.environ["_HANDLER"])
    open(os.path.join(folder, "ready"), "w").close()
    result = handler(loaded(folder, "event"), Context(told))
    try:
        return json.dumps(result)
    except (TypeError, ValueError) as error:
        text = f"Unable to marshal response: {error}"
        raise Fault("Runtime.MarshalError", text, told["aws_request_id"]) from error


def found(name: str) -> Handler:
    """The handler that a setting names.  Raises Fault."""
    module, dot, function = name.rpartition(".")
    if not dot:
        text = f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)"
        raise Fault("Runtime.MalformedHandlerName", text)
    try:
        check_permissions(module)
        imported = importlib.import_module(module.replace("/", "."))
    except (ImportError, PermissionError) as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module}': {error}") from error
    except SyntaxError as error:
        raise Fault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {error}") from error
    if not hasattr(imported, function):
        raise Fault("Runtime.HandlerNotFound", f"Handler '{function}' missing on module '{module}'")
    handler: Handler = getattr(imported, function)
    return handler


def check_permissions(module: str) -> None:
    """Refuse what others may not read: the lab's chamber lets everybody read everything, Lambda does not."""
    path = os.path.join(TASK_ROOT, *module.replace("/", ".").split(".")) + ".py"
    if os.path.exists(path) and not os.stat(path).st_mode & _READABLE:
        raise PermissionError(13, "Permission denied", path)


def own_lines(error: Exception) -> list[str]:
    """Where in the function's own code an error came up: without the runtime's frames."""
    frames = traceback.extract_tb(error.__traceback__)
    return traceback.format_list(one for one in frames if not one.filename.startswith(("<frozen", __file__)))


def reported(text: str, kind: str, request: str, frames: list[str]) -> Answer:
    """The error as the answer, and in the log."""
    print(f"[ERROR] {kind}: {text}")
    if frames:
        print("Traceback (most recent call last):\n" + "".join(frames), end="")
    error = {"errorMessage": text, "errorType": kind, "requestId": request, "stackTrace": frames}
    return {"error": error}


if __name__ == "__main__":
    sys.path.insert(0, TASK_ROOT)
    main(sys.argv[1])
