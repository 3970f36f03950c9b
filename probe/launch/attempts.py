"""One look at a part of the configuration: its data, or the refusal with its action and resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from probe.evidence.snapshot import Denied
from probe.launch.refusals import NO_ANSWER, code_of, named_in, words_of

Reader = Callable[[Any, tuple[str, ...], list[Denied]], Iterator[Any]]
"""Reads a part with a client, for some VPCs; what is refused inside of it goes to the list."""

Question = tuple[Callable[[], Iterator[Any]], str, str]
"""What ``attempt`` takes: how to read something, the action that it takes, and on what."""


def attempt(reader: Callable[[], Iterator[Any]], action: str, resource: str) -> tuple[Any, ...] | Denied:
    """The part, or why it could not be read: a refusal, or an answer that never came.

    ``action`` and ``resource`` are for a refusal that does not name them.
    """
    try:
        return tuple(reader())
    except ClientError as error:
        action, resource = named_in(words_of(error), action, resource)
        return Denied(action=action, resource=resource, words=f"{code_of(error)}: {words_of(error)}")
    except NO_ANSWER as error:
        return Denied(action=action, resource=resource, words=" ".join(str(error).split()))
