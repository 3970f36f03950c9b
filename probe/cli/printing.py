"""What the operator sees: progress and hypotheses on stderr, the report on stdout."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from rich.console import Console

from probe.diagnosis import diagnose
from probe.diagnosis.case import Case
from probe.diagnosis.hypotheses import supposed
from probe.exits import Exit
from probe.launch.telling import Tell
from probe.model import Severity
from probe.report import as_json, junit, terminal
from probe.report.document import Report
from probe.report.wording import subject

_SHOWN_STOPS = 3


def progress() -> Tell:
    """A teller of what is going on: a line each on stderr, dim where it is a terminal."""
    console = Console(stderr=True, soft_wrap=True, emoji=False)

    def tell(line: str) -> None:
        console.print(line, style="dim", highlight=False, markup=False)

    return tell


def suppose(case: Case) -> None:
    """The hypotheses, as soon as there are any: the service's own stop reasons and the configuration."""
    console = Console(stderr=True, soft_wrap=True, emoji=False)
    for line in _supposed(case):
        console.print(line, highlight=False, markup=False)


def _supposed(case: Case) -> list[str]:
    stops = [f"  {line}" for line in supposed(case.spec.stops)[:_SHOWN_STOPS]]
    found = [one for one in diagnose(case) if one.severity is Severity.ERROR]
    guesses = [f"  perhaps {one.code}: {one.title} ({one.subject})" for one in found]
    if not stops and not guesses:
        return [f"hypotheses for {subject(case.spec)}: none; the configuration shows nothing wrong"]
    return [f"hypotheses for {subject(case.spec)}, before anything is measured:", *stops, *guesses]


def requests(exact: Mapping[str, Any]) -> str:
    """The exact requests of a run by their operation, as JSON."""
    return msgspec.json.format(msgspec.json.encode(exact), indent=2).decode()


def write(reports: Sequence[Report], output: str) -> None:
    """The reports on stdout, in the form that was asked for."""
    match output:
        case "json":
            sys.stdout.write(as_json.encode(*reports).decode())
        case "junit":
            sys.stdout.write(junit.encode(*reports).decode())
        case _:
            terminal.render(reports, Console(emoji=False))


def broken(message: str, code: Exit, output: str) -> Exit:
    """The exit code of a run that came to no report, which JUnit's readers are told like any other."""
    if output == "junit":
        sys.stdout.write(junit.broken(message, code).decode())
    return code
