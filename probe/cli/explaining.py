"""``run-probe explain``: a stop reason decoded, or a finding's page; offline."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click
import msgspec

from probe import stopped
from probe.stopped import StopReason

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_HERE = Path(__file__).resolve()
_PAGES = (_HERE.parents[1] / "docs" / "findings", _HERE.parents[2] / "docs" / "findings")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object a line.")
@click.argument("text", required=True)
def explain(*, text: str, as_json: bool) -> None:
    """Decode TEXT, an ECS stop reason, or show the page of a finding's CODE.

    With - the reasons are read from standard input, one a line, and answered as JSON.
    """
    if text == "-":
        for line in sys.stdin:
            click.echo(_as_json(stopped.decode(line.rstrip("\n"))))
    elif _CODE.fullmatch(text):
        click.echo(_page(text), nl=False)
    elif as_json:
        click.echo(_as_json(stopped.decode(text)))
    else:
        click.echo(_for_people(stopped.decode(text)))


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
        "policy": said.policy,
    }
    lines = [f"{name + ':':<15}{value}" for name, value in known.items() if value]
    return "\n".join([*lines, *(f"next: {step}" for step in said.next)])


def _page(code: str) -> str:
    found = next((pages / f"{code}.md" for pages in _PAGES if (pages / f"{code}.md").is_file()), None)
    if found is None:
        raise click.UsageError(f"no page for {code}: no finding has that code; docs/findings lists them")
    return found.read_text()
