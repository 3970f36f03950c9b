"""ARNs, and how a grammar refuses: with what it wanted, why the text is not that, and where.

The grammars themselves live in ``references``.
"""

from __future__ import annotations

import re
from typing import NoReturn

from probe.model import Noun

_PARTS = 6


class MalformedReferenceError(ValueError):
    """A text that the agent would refuse: ``what`` it should be, ``why`` it is not, ``position`` from 0."""

    def __init__(self, what: str, why: str, position: int = 0) -> None:
        super().__init__(f"not {what}: {why}, at character {position + 1}")
        self.what, self.why, self.position = what, why, position


class Arn(Noun, kw_only=True):
    """The six parts of an ARN; the resource keeps its colons."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def arn(text: str) -> Arn:
    """An ARN: six parts, of which the last keeps its colons."""
    parts = text.split(":", 5)
    if parts[0] != "arn":
        refuse("an ARN", "it does not begin with arn:")
    if len(parts) < _PARTS:
        refuse("an ARN", f"it has {len(parts)} of six parts", len(text))
    return Arn(partition=parts[1], service=parts[2], region=parts[3], account=parts[4], resource=parts[5])


def match(pattern: re.Pattern[str], text: str, what: str, why: str, start: int) -> None:
    """Refuse unless ``text`` matches whole; the position is where the longest match from its start ends."""
    if pattern.fullmatch(text) is None:
        found = pattern.match(text)
        refuse(what, why, start + (found.end() if found else 0))


def refuse(what: str, why: str, position: int = 0) -> NoReturn:
    """Raise ``MalformedReferenceError``."""
    raise MalformedReferenceError(what, why, position)
