"""Placeholders in a task definition that some tool still has to fill in.

What stands for a value that is not known yet is listed and never dialled.  Every templating syntax that
task definitions are seen in is recognised by its form; there is no list of tools.
"""

from __future__ import annotations

import re

from probe import endpoints

_FORMS = re.compile(
    r"""
      \$\$\$\w+\$\$\$            # $$$NAME$$$
    | \$\{[^{}]*\}               # ${NAME}
    | \#\{[^{}]*\}\#?            # #{NAME}#
    | \{\{.*?\}\}                # {{ name }}, with or without a function inside
    | \{%.*?%\}                  # {% name %}
    | <[^<>]*>                   # <name>
    | \$\([^()]*\)               # $(command)
    | \$[A-Za-z_]\w*             # $NAME
    | %[A-Za-z_]\w*%             # %NAME%
    | @@?[A-Za-z_]\w*@@?         # @NAME@
    | __[A-Z][A-Z0-9_]*?__       # __NAME__
    | \*{3,}                     # ***, a value masked in a log
    | (?<![A-Za-z0-9])X{3,}(?![A-Za-z0-9])
    | (?<![A-Za-z0-9])(?:YOUR|REPLACE|CHANGE|INSERT)[-_][A-Z0-9_-]*[A-Z0-9]
    """,
    re.VERBOSE | re.DOTALL,
)
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]*")
_ACCOUNT = re.compile(r"\d+")
_REGISTRY_PARTS = re.compile(r"(?P<account>[^./]+)\.dkr[.-]ecr(?:-fips)?\.(?P<region>[^./]+)\.")


def found(text: str) -> tuple[str, ...]:
    """Every placeholder of ``text`` by its syntax, as written."""
    return tuple(dict.fromkeys(_FORMS.findall(text)))


def bare(text: str) -> str:
    """A text with a word in place of each placeholder, so that it has its colons alone."""
    return _FORMS.sub("placeholder", text)


def in_word(text: str) -> tuple[str, ...]:
    """The placeholders of a text that is a region, a number or a name: a whole word in capitals is one."""
    return found(text) or ((text,) if _CAPITALS.fullmatch(text) else ())


def in_arn(text: str) -> tuple[str, ...]:
    """The placeholders of an ARN: by syntax, or a word where a region or an account number belongs."""
    listed = found(text)
    match text.split(":"):
        case ["arn", _, _, region, account, *_] if not listed:
            strange = [region] if region and not endpoints.is_region(region) else []
            return tuple(strange + ([account] if account and not _ACCOUNT.fullmatch(account) else []))
        case [word] if _CAPITALS.fullmatch(word) and word.endswith("_ARN"):
            return (word,)
        case _:
            return listed


def in_image(text: str) -> tuple[str, ...]:
    """The placeholders of an image: by syntax, or a part in capitals, which no repository can have."""
    listed = found(text)
    if listed:
        return listed
    name = text.partition("@")[0]
    words = [
        word for word in re.split(r"[/.:]", name.rpartition(":")[0] or name) if _CAPITALS.fullmatch(word)
    ]
    parts = _REGISTRY_PARTS.match(text)
    if parts is not None and not words and not endpoints.is_region(parts["region"]):
        words = [parts["region"]]
    return tuple(dict.fromkeys(words))
