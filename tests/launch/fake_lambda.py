"""A Lambda whose functions answer from a script, and that remembers what was made and what is left."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

OBSERVED = {"target": "s3", "layer": "tcp", "operation": "connect", "status": "pass", "road": "log"}
ANSWER: Mapping[str, Any] = {"observations": [OBSERVED]}


def refusal(code: str, words: str, operation: str = "CreateFunction") -> ClientError:
    """An error of Lambda's."""
    return ClientError({"Error": {"Code": code, "Message": words}}, operation)


class Lambda:
    """``states`` are what GetFunctionConfiguration shows, poll by poll; the last stays.

    ``errors`` are raised by the operation of that name, one a call, then no more.  With ``silent`` an
    invocation waits until the function is deleted.
    """

    def __init__(
        self,
        states: Sequence[Mapping[str, str]] = ({"State": "Active"},),
        *,
        answer: object = ANSWER,
        errors: Mapping[str, Sequence[BaseException]] | None = None,
        silent: bool = False,
    ) -> None:
        self._states, self._answer = list(states), answer
        self._errors = {name: list(some) for name, some in (errors or {}).items()}
        self._gone = threading.Event()
        self._silent = silent
        self.invoked = threading.Event()
        self.requests: list[dict[str, Any]] = []
        self.payloads: list[dict[str, Any]] = []
        self.left: set[str] = set()

    def client(self, _: str, **__: Any) -> Lambda:
        """This is its own session too."""
        return self

    def create_function(self, **request: Any) -> None:
        self._fail("create_function")
        self.requests.append(request)
        self.left.add(request["FunctionName"])

    def get_function_configuration(self, **_: Any) -> Mapping[str, str]:
        self._fail("get_function_configuration")
        return self._states.pop(0) if len(self._states) > 1 else self._states[0]

    def invoke(self, *, Payload: bytes, **_: Any) -> dict[str, Any]:  # noqa: N803  boto3's spelling
        self._fail("invoke")
        self.payloads.append(json.loads(Payload))
        self.invoked.set()
        if self._silent:
            self._gone.wait(timeout=20)
        return {"Payload": io.BytesIO(json.dumps(self._answer).encode())}

    def delete_function(self, *, FunctionName: str) -> None:  # noqa: N803  boto3's spelling
        self._fail("delete_function")
        self._gone.set()
        self.left.discard(FunctionName)

    def delete_log_group(self, **_: str) -> None:
        self._fail("delete_log_group")

    def _fail(self, operation: str) -> None:
        if self._errors.get(operation):
            raise self._errors[operation].pop(0)
