"""From a pasted text to clean errors: quotes, escapes, line breaks, wrappers, joined errors."""

from __future__ import annotations

import html
import re

LONGEST = 8192
"""ECS cuts a reason at 1,024 characters; several pasted together are still read, a dump is not."""
_CUTS = frozenset({255, 1024})
"""The lengths ECS cuts a reason to: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-errors.html"""

_QUOTES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " ", "\u2013": "-", "\ufeff": " "}
)
_CODE_POINT = re.compile(r"\\+u([0-9a-f]{4})", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_MARKS = " \"'`>*|-"
"""What a page, a document or a list puts around a text that it quotes."""
_COLOUR = re.compile(r"\x1b\[[\d;]{0,20}m")
_STAMP = re.compile(r"^[^\d:]{0,40}:? ?\d{4}-\d\d-\d\d[t ][\d:.]{5,20}z?[\s:|-]*", re.IGNORECASE)
"""When the task stopped, in whatever language a console says so."""
_WRAPPERS = re.compile(
    r"""^\W*(?:
        (?:stopped|status)\ ?reason[^\w(]+ | reason:\s* | stopped\ \( |
        task\ ?failed\ ?to\ ?start\s*[:/]\s* | the\ task\ failed\ to\ start\ due\ to:\s* |
        \((?:service|task|deployment|instance|port)\ [^()]{1,300}\)\s* |
        service\ (?!(?:scheduler|call)\b)[^\s()]{1,300}\ (?=\(|was|is|has|failed|operations) |
        was\ unable\ to\ place\ a\ task\.?\ (?:reason:\s*|because\ (?=\w+error\b))? |
        failed\ to\ launch\ a\ task\ with\ \(error\b
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
    """The text on one line as ECS wrote it: without a page's, a JSON's or a terminal's escapes."""
    text = _COLOUR.sub("", text[:LONGEST])
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    text = _CODE_POINT.sub(lambda point: chr(int(point[1], 16)), text)
    text = re.sub(r"\\+([\"'/])", r"\1", re.sub(r"\\+[nrt]", " ", text))
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _STAMP.sub("", " ".join(text.translate(_QUOTES).split()))
    bare = text.lstrip(_MARKS)
    return bare.rstrip(_MARKS + ",") if bare != text else text


def is_cut(text: str) -> bool:
    """Whether the end of a clean text is missing: by an ellipsis, or by the length ECS cuts at."""
    return text.rstrip("'\" ").endswith(("...", "\u2026")) or len(unwrapped(text)) in _CUTS


def unwrapped(text: str) -> str:
    """The reason itself, without what consoles, events and schedulers put around it."""
    while (match := _WRAPPERS.match(text)) is not None and match.end() < len(text):
        text = text[match.end() :]
    return text


def parts(text: str) -> tuple[str, ...]:
    """The errors that the agent joined with ``;``, each alone."""
    return tuple(part for part in _JOINT.split(text) if part.strip()) or ("",)
