"""The one mutable thing of the lab's Lambda: which functions there are, and what became of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from probe.lab.api.errors import ApiError
from probe.lab.function.functions import VERSION, Function, State

_BUSY = "The operation cannot be performed at this time. The function is currently in the following state: "


class Shelf:
    """Functions by name.  Thread safe; a function is replaced, never changed in place.

    ``arn`` writes the ARN of a function's name.
    """

    def __init__(self, arn: Callable[[str], str]) -> None:
        self._arn = arn
        self._functions: dict[str, Function] = {}
        self._lock = threading.Lock()

    def put(self, function: Function) -> None:
        """Take in a new function.  Raises ApiError when there is one of its name."""
        with self._lock:
            if function.name in self._functions:
                raise ApiError(
                    "ResourceConflictException", f"Function already exist: {function.name}", status=409
                )
            self._functions[function.name] = function

    def find(self, name: str, qualifier: str = "") -> Function:
        """The function of a name, an ARN or a part of one.  Raises ApiError when there is none."""
        plain, suffix = plain_name(name)
        wanted = qualifier or suffix
        found = self._functions.get(plain)
        if found is None or wanted not in ("", VERSION):
            arn = self._arn(plain) + (f":{wanted}" if wanted else "")
            raise ApiError("ResourceNotFoundException", f"Function not found: {arn}", status=404)
        return found

    def settled(self, name: str, qualifier: str = "") -> Function:
        """The same, of a function that Lambda has finished making.  Raises ApiError while it has not.

        https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
        """
        found = self.find(name, qualifier)
        if found.state is State.PENDING:
            raise ApiError("ResourceConflictException", f"{_BUSY}{found.state}", status=409)
        return found

    def change(self, name: str, **fields: Any) -> None:
        """Replace fields of a function."""
        with self._lock:
            self._functions[name] = replace(self._functions[name], **fields)

    def take(self, name: str) -> Function:
        """Remove a function that is settled, and give it to the one that removed it."""
        with self._lock:
            found = self.settled(name)
            del self._functions[found.name]
        return found

    def all(self) -> list[Function]:
        """Every function, oldest first."""
        with self._lock:
            return list(self._functions.values())


def plain_name(name: str) -> tuple[str, str]:
    """Name and qualifier in ``NAME``, ``NAME:ALIAS``, ``ACCOUNT:function:NAME`` or an ARN."""
    rest = name.rpartition("function:")[2]
    plain, _, qualifier = rest.partition(":")
    return plain, qualifier
