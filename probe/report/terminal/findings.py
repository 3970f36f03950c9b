"""A finding as people read it: its title, what it has to say, and the commands that mend it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from probe.model import Finding, History, Severity
from probe.report import wording
from probe.report.layout import command
from probe.report.terminal.folds import folded, parts

_SEVERITY_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFORMATION: "cyan"}


def title(number: int, finding: Finding, width: int) -> Iterator[Text]:
    """How bad it is, what it is and whose, behind its number."""
    head = Text(f"[{number}] ")
    head.append(finding.severity, style=_SEVERITY_STYLE[finding.severity])
    yield from folded(head.append(f" {finding.code}: ").append(finding.subject, style="bold"), width)


def body(finding: Finding, history: History | None, width: int) -> Iterator[Text]:
    """What was seen, who changed its subject, what mends it, and where to read on."""
    yield from parts(_account(finding), width)
    yield from parts((("trail", text) for text in wording.changes(finding, history)), width)
    for one in finding.fix.cli:
        yield Text("  fix")
        yield from (Text(f"    {line}", style="bold") for line in command(one, width - 4))
    yield from parts([("page", f"run-probe explain {finding.code}, or {finding.docs}")], width)


def _account(finding: Finding) -> list[tuple[str, str]]:
    """What a finding has to say before its fix, each part with its label."""
    symptoms = wording.symptoms(finding)
    return [
        ("what", finding.title),
        ("why", finding.explanation),
        *(("seen", text) for text in wording.evidence(finding)),
        ("sure", wording.certainty(finding)),
        ("where", ", ".join(finding.subnets)),
        ("who", ", ".join(finding.targets)),
        ("also", f"explains {symptoms}" if symptoms else ""),
    ]
