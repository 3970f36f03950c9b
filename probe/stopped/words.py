"""From a pasted text to clean errors: quotes, line breaks, wrappers, joined errors."""

from __future__ import annotations

import re

LONGEST = 8192
"""ECS cuts a reason at 1,024 characters; several pasted together are still read, a dump is not."""

_QUOTES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " ", "\u2013": "-"}
)
_WRAPPERS = re.compile(
    r"""^\W*(?:
        stopped\ ?reason\W+ | status\ ?reason\W+ | reason:\s* | stopped\ \( |
        taskfailedtostart\s*[:/]\s* |
        \(?service\ [^\s()]{1,300}\)?\ was\ unable\ to\ place\ a\ task\.?\ (?:reason:\s*)?
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_JOINT = re.compile(
    r";\s*(?!\s|code:|(?:status|error) code|request id|proxy|timed out|stderr|stdout|exit)", re.IGNORECASE
)


def any_of(*phrases: str) -> str:
    """One pattern that any of the phrases matches."""
    return "|".join(phrases)


def clean(text: str) -> str:
    """The text on one line, with plain quotes, without surrounding space and ``[…]`` of a long paste."""
    return " ".join(text[:LONGEST].translate(_QUOTES).replace("\\n", " ").replace("\\t", " ").split())


def unwrapped(text: str) -> str:
    """The reason itself, without what consoles, events and schedulers put around it."""
    while (match := _WRAPPERS.match(text)) is not None and match.end() < len(text):
        text = text[match.end() :]
    return text


def parts(text: str) -> tuple[str, ...]:
    """The errors that the agent joined with ``;``, each alone."""
    return tuple(part for part in _JOINT.split(text) if part.strip()) or ("",)


def nameless(text: str) -> str:
    """The text with what people named taken out: an ARN or a path must not read as the agent's words."""
    text = re.sub(r"arn:[\w-]{0,12}:([\w-]{1,40}):[^\s,'\"]*", r"arn:\1", text, flags=re.IGNORECASE)
    return re.sub(r"assumed-role/\S+", "assumed-role/", text)
