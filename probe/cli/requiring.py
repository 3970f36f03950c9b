"""``run-probe requirements``: what task definitions need in order to start; offline."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from probe import requirements as reading
from probe.exits import Exit
from probe.model import Finding, Requirement
from probe.requirements import Needs
from probe.requirements.definitions import UnreadableDefinitionError, load

_NOTHING = Needs(requirements=(), findings=(), unknown=())


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object a line, one a file.")
@click.option("--region", default="", help="The task's region, where the definition does not say it.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.pass_context
def requirements(context: click.Context, *, files: tuple[str, ...], region: str, as_json: bool) -> None:
    """List what the task definitions in FILE... need: images, secrets, logs, hosts; and what is wrong.

    Any form is read: describe output, wrapped, a bare array of containers, JSON or YAML, CloudFormation's
    templates, Terraform's JSON, UTF-8 or UTF-16; - is standard input.  A file that cannot be read is said
    so, and the command ends with 2 after doing the rest.
    """
    answers = [_answer(file, region) for file in files]
    for answer in answers:
        click.echo(msgspec.json.encode(answer).decode() if as_json else _for_people(answer))
    context.exit(Exit.USAGE if any(answer["error"] for answer in answers) else Exit.HEALTHY)


def _answer(file: str, region: str) -> dict[str, Any]:
    """One file's answer; ``error`` is why it could not be read."""
    needs, error = _NOTHING, None
    shown = os.fsencode(file).decode(errors="replace")
    try:
        needs = reading.needs(load(_bytes(file)), region=region, account="")
    except OSError as failed:
        error = f"cannot read {shown}: {failed.strerror}"
    except UnreadableDefinitionError as failed:
        error = str(failed)
    return {
        "file": shown,
        "requirements": needs.requirements,
        "findings": needs.findings,
        "unknown": needs.unknown,
        "error": error,
    }


def _bytes(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()


def _for_people(answer: dict[str, Any]) -> str:
    if answer["error"]:
        return f"{answer['file']}: {answer['error']}"
    unknown = [f"  not known yet: {placeholder}" for placeholder in answer["unknown"]]
    needed = [_requirement_line(one) for one in answer["requirements"]]
    wrong = [_finding_line(one) for one in answer["findings"]]
    return "\n".join([f"{answer['file']}:", *needed, *wrong, *unknown])


def _requirement_line(requirement: Requirement) -> str:
    variable = f" ({requirement.variable})" if requirement.variable else ""
    unknown = "not asked for: malformed" if "malformed" in requirement.details else "not known yet"
    hosts = ", ".join(requirement.hosts) or unknown
    return f"  {requirement.container}: {requirement.kind.value} {requirement.reference}{variable} <- {hosts}"


def _finding_line(finding: Finding) -> str:
    return f"  {finding.severity.value} {finding.code} {finding.subject}: {finding.explanation}"
