"""``run-probe explain``: a stop reason decoded, or a finding's page; offline."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from probe import stopped
from probe.stopped import StopReason

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_HERE = Path(__file__).resolve()
_WIDTH = 80
_PAGES = (_HERE.parents[1] / "docs" / "findings", _HERE.parents[2] / "docs" / "findings")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object a line.")
@click.argument("text", required=True)
def explain(*, text: str, as_json: bool) -> None:
    """Decode TEXT, an ECS stop reason, or show the page of a finding's CODE.

    With - the reasons are read from standard input, one a line, and answered as JSON.
    Where the input is JSON, as describe-tasks prints it, each reason in it is answered.
    """
    if text == "-":
        for line in _lines(sys.stdin.buffer):
            _answer(line)
    elif _CODE.fullmatch(text):
        click.echo(_page(text), nl=False)
    else:
        said = [stopped.decode(reason) for reason in stopped.reasons(text)]
        click.echo("\n".join(map(_as_json, said)) if as_json else "\n\n".join(map(_for_people, said)))


def _answer(text: str) -> None:
    for reason in stopped.reasons(text):
        click.echo(_as_json(stopped.decode(reason)))


def _lines(stream: BinaryIO) -> Iterator[str]:
    """One text a line as they come; a JSON document over several lines is one text."""
    first = stream.readline()
    encoding = json.detect_encoding(first)
    if not encoding.startswith("utf-8") or _opens(first):
        yield from _document((first + stream.read()).decode(encoding, errors="replace"))
        return
    while first:
        yield first.decode(encoding, errors="replace").rstrip("\r\n")
        first = stream.readline()


def _opens(line: bytes) -> bool:
    """Whether a line opens a JSON value without closing it."""
    opened = line.strip()[:1] in {b"{", b"["}
    return opened and stopped.reasons(line.decode(errors="replace")) == (line.decode(errors="replace"),)


def _document(text: str) -> Iterator[str]:
    if stopped.reasons(text) != (text,):
        yield text
    else:
        yield from text.splitlines()


def _as_json(said: StopReason) -> str:
    return msgspec.json.encode(said).decode()


def _for_people(said: StopReason) -> str:
    """What is known of a stop reason, a line each; what the text does not tell is left out."""
    known = {
        "stage": said.stage.value,
        "likely causes": ", ".join(cause.value for cause in said.causes),
        "ruled out": ", ".join(cause.value for cause in said.excluded),
        "service": said.service,
        "host": said.host,
        "address": f"{said.address} ({said.address_kind.value})" if said.address else None,
        "action": said.action,
        "resource": said.resource,
        "policy": f"{said.policy}{', an explicit deny' if said.explicit else ''}" if said.policy else None,
        "cut": "the end of this text is missing" if said.cut else None,
    }
    lines = [f"{name + ':':<15}{value}" for name, value in known.items() if value]
    return "\n".join([*lines, *(_step(step) for step in said.next)])


def _step(step: str) -> str:
    """One thing to do, folded at spaces: a name in it is for copying."""
    return textwrap.fill(
        f"next: {step}", _WIDTH, subsequent_indent=" " * 6, break_long_words=False, break_on_hyphens=False
    )


def _page(code: str) -> str:
    found = next((pages / f"{code}.md" for pages in _PAGES if (pages / f"{code}.md").is_file()), None)
    if found is None:
        raise click.UsageError(f"no page for {code}: no finding has that code; docs/findings lists them")
    return _folded(found.read_text())


def _folded(page: str) -> str:
    """A page whose paragraphs fit the width; its commands stay on one line, as they are for copying."""
    lines, quoted = [], False
    for line in page.splitlines():
        quoted ^= line.startswith("```")
        lines += [line] if quoted or not line else _wrapped(line)
    return "\n".join(lines) + "\n"


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False)
