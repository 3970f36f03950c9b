"""What people named, taken out of a text, so that a name does not read as the agent's words.

A repository called ``throttle``, a secret called ``kms-key``, a service called ``spot-checker``.
"""

from __future__ import annotations

import re

_OURS = re.compile(r"/v[12](?=/)|/manifests/|/blobs/|@sha256:[0-9a-f]{0,64}|:+$", re.IGNORECASE)
"""What a registry's protocol puts into a path beside the names."""
_PATH = re.compile(
    r"((?:[a-z0-9-]{1,63}\.){1,12}[a-z0-9-]{1,63}(?::\d{1,5})?)(/[^\s\"'>]{1,600})", re.IGNORECASE
)
_BEFORE_NAME = (
    "json key",
    "capacity provider",
    "bucket",
    "file with key",
    "pull access denied for",
    "manifest for",
    "related to",
    r"\bref",
    "repository",
    r"\btag",
)
_AGENTS = "pull|named|policy|credentials|does|is|was|not|or|may|and|from|the"
"""What follows those words in the agent's own sentences."""
_NAMES = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"arn:[\w-]{0,12}:([\w-]{1,40}):[^\s,'\"]*", r"arn:\1"),
        (r"assumed-role/\S+", "assumed-role/"),
        (r"\((service|task|deployment|instance|target-group|elb) [^()]{1,300}\)", r"(\1 x)"),
        (
            r"\bservice (?!(?:scheduler|call)\b)[^\s()]{1,300}(?= (?:was|is|has|failed|operations|timed) )",
            "service x",
        ),
        (r"((?:ssm|invalid) parameters: ).*", r"\1"),
        (
            (
                rf"((?:{'|'.join(_BEFORE_NAME)}) )(?!(?:{_AGENTS})\b)(?!\S{{0,400}}\.\S)['\"]?"
                r"[^\s,'\"()]{1,400}(?<![:.])"
            ),
            r"\1x",
        ),
        (r"\[(?!manifests )[^\[\]]{0,400}\]", "[]"),
        (r"(exec:? )(?:\"[^\"]{0,400}\"|/[^\s:]{1,400})", r"\1"),
    )
)


def nameless(text: str) -> str:
    """The text with the names taken out; hosts, and the words of the protocols, stay."""
    text = _PATH.sub(lambda path: path[1] + "".join(_OURS.findall(path[2])), text)
    for pattern, instead in _NAMES:
        text = pattern.sub(instead, text)
    return text
