"""The report for people: the verdict, what is broken and how to mend it, then what was measured.

Words, not symbols, carry every meaning, so that a pipe, a screen reader and a colour terminal read the
same; colour only repeats them.  Commands are broken with a backslash where the shell allows it and
never in a word, so that they can be copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from probe.exits import MEANING, Exit
from probe.model import NOT_LAUNCHED, Finding, History, Layer, Severity, Status, Verdict
from probe.report import wording
from probe.report.changes import Change, Comparison
from probe.report.document import Report, unproven
from probe.report.folding import Block, Row, blocks
from probe.report.layout import command, paragraph

_VERDICT_STYLE = {
    Verdict.PASS: "bold green",
    Verdict.WARN: "bold yellow",
    Verdict.FAIL: "bold red",
    Verdict.ERROR: "bold magenta",
    Verdict.NO_REPORT: "bold yellow",
}
_SEVERITY_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFORMATION: "cyan"}
_STATUS_STYLE = {
    Status.PASS: "green",
    Status.FAIL: "bold red",
    Status.SKIP: "dim",
    Status.ERROR: "magenta",
    Status.NO_REPORT: "yellow",
}
_BELOW_CALLS = frozenset({Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP})
_LABEL, _NAME, _CELL = 6, 28, 10
_WIDEST = 100
_LEGEND = (
    "pass: it works.  fail [n]: it does not, and finding n says why.",
    "skip: not tried, because an earlier layer failed or there is nothing to do.",
    "error: the probe could not look.  no report: nobody measured it.",
)


def render(report: Report, console: Console) -> None:
    """Writes the whole report; the console decides on colour and, up to what reads well, on width."""
    for line in _lines(report, min(console.width, _WIDEST)):
        console.print(line, soft_wrap=True, highlight=False)


def _lines(report: Report, width: int) -> Iterator[Text]:
    yield from _folded(_headline(report), width)
    for number, finding in enumerate(report.findings, start=1):
        yield Text()
        yield from _finding(number, finding, report.history, width)
    if report.comparison is not None:
        yield Text()
        yield from _since(report.comparison, report, width)
    for block in blocks(report):
        yield Text()
        yield from _block(block, width)
    yield from (Text(line, style="dim") for line in ("", *_LEGEND))
    yield from _supposed(report, width)
    yield from _unproven(report, width)
    yield from _denied(report, width)
    yield Text()
    yield from _parts([("Next", _next(report))], width)


def _headline(report: Report) -> Text:
    spec = report.spec
    about = spec.service or spec.task_definition or ", ".join(spec.security_groups)
    word = report.verdict.replace("-", " ").upper()
    why = (
        MEANING[report.exit_code] if _launched(report) else "nothing was measured: --no-launch asked for that"
    )
    meaning = f"exit code {report.exit_code:d}, {why}"
    return Text.assemble((word, _VERDICT_STYLE[report.verdict]), f"  {about} in {spec.cluster}: {meaning}")


def _launched(report: Report) -> bool:
    """Whether anything was to be measured, rather than to be concluded from what is configured and said."""
    return any(run.ended != NOT_LAUNCHED for run in report.runs)


def _finding(number: int, finding: Finding, history: History | None, width: int) -> Iterator[Text]:
    head = Text(f"[{number}] ")
    head.append(finding.severity, style=_SEVERITY_STYLE[finding.severity])
    yield from _folded(head.append(f" {finding.code}: ").append(finding.subject, style="bold"), width)
    yield from _parts(_account(finding), width)
    yield from _parts((("trail", text) for text in wording.changes(finding, history)), width)
    for one in finding.fix.cli:
        yield Text("  fix")
        yield from (Text(f"    {line}", style="bold") for line in command(one, width - 4))
    yield from _parts([("page", f"run-probe explain {finding.code}, or {finding.docs}")], width)


def _folded(line: Text, width: int) -> Iterator[Text]:
    """A line with styles folded at spaces, and longer than the width only where a single word is."""
    at = line.plain.rfind(" ", _LABEL, width + 1)
    at = line.plain.find(" ", width) if at < 0 else at
    if len(line) <= width or at < 0:
        yield line
        return
    first, rest = line.divide([at])
    yield first
    yield from _folded(Text(" " * _LABEL).append_text(rest[1:]), width)


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


def _parts(parts: Iterable[tuple[str, str]], width: int) -> Iterator[Text]:
    for label, text in parts:
        yield from (Text(line) for line in paragraph(label, text, width, _LABEL))


def _since(since: Comparison, report: Report, width: int) -> Iterator[Text]:
    """What changed from the baseline, a line each, and the exit code where it is not the headline's."""
    yield Text(f"Since the baseline of {since.baseline}:", style="bold")
    lines = [_changed(one, report.spec.subnets) for one in since.changes] or ["nothing changed"]
    if since.exit_code is not report.exit_code:
        lines.append(f"nothing broke, and only regressions count: exit code {since.exit_code:d}")
    for line in lines:
        yield from (Text(part) for part in paragraph("", line, width, 0, indent=2))


def _changed(change: Change, everywhere: tuple[str, ...]) -> str:
    where = "" if set(change.subnets) == set(everywhere) else f", in {', '.join(change.subnets)}"
    what = change.what.upper() if change.what in _BELOW_CALLS else change.what
    return f"{change.direction}: {change.target} {what}: {change.before}, now {change.after}{where}"


def _block(block: Block, width: int) -> Iterator[Text]:
    for line in paragraph("", block.heading, width, 0):
        yield Text(line, style="bold")
    for ended in block.ended:
        yield from (Text(line) for line in paragraph("", ended, width, 0, indent=2))
    heads = ("DNS", "TCP", "TLS", "HTTP", "call")
    yield Text("  " + " " * _NAME + "".join(head.ljust(_CELL) for head in heads).rstrip(), style="dim")
    yield from (line for row in block.needed for line in _row(row))
    if block.rest:
        yield Text("  not needed by this task:", style="dim")
        yield from (line for row in block.rest for line in _row(row, style="dim"))
    if block.like is not None:
        yield Text(f"  all else as in {block.like}", style="dim")
    for note in block.notes:
        yield from (Text(line) for line in paragraph("", note, width, 0, indent=2))


def _row(row: Row, style: str | None = None) -> Iterator[Text]:
    line = Text(f"  {row.target:<{_NAME}}", style=style or "")
    if len(row.target) >= _NAME:
        yield Text(f"  {row.target}", style=style or "")
        line = Text("  " + " " * _NAME)
    for status, findings in row.states:
        word = status.replace("-", " ") + (f" [{findings[0]}]" if findings else "")
        line.append(word.ljust(_CELL), style=style or _STATUS_STYLE[status])
    line.rstrip()
    yield line


def _supposed(report: Report, width: int) -> Iterator[Text]:
    """What the service's stopped tasks said, where no measurement says what is broken."""
    if report.exit_code is not Exit.NO_REPORT or not report.hypotheses:
        return
    yield Text()
    which = ", which nothing measured explains" if _launched(report) else ""
    yield Text(f"What ECS said of the service's own tasks{which}:", style="bold")
    for line in report.hypotheses:
        yield from (Text(folded) for folded in paragraph("", line, width, 0, indent=2))


def _unproven(report: Report, width: int) -> Iterator[Text]:
    lines = tuple(unproven(report.targets))
    if lines:
        yield Text()
        yield Text("Not proven, because it was not tried:", style="bold")
    for line in lines:
        yield from (Text(folded) for folded in paragraph("", line, width, 0, indent=2))


def _denied(report: Report, width: int) -> Iterator[Text]:
    if report.snapshot_denied:
        yield Text()
        yield Text("Could not be read, so it explains nothing here:", style="bold")
    for part in report.snapshot_denied:
        text = f"{part.action} on {part.resource}: {part.words}"
        yield from (Text(line) for line in paragraph("", text, width, 0, indent=2))


def _next(report: Report) -> str:
    """What the reader does now, in one sentence or two."""
    if any(finding.fix.cli for finding in report.findings if finding.severity is Severity.ERROR):
        return (
            "run the commands under fix, then run-probe again: it ends with exit code 0 when all is mended."
        )
    if report.findings:
        return "follow the page of each finding, then run run-probe again."
    match report.exit_code:
        case Exit.HEALTHY if any(unproven(report.targets)):
            return "nothing that was tried is broken; without its --no-... flag it tries the rest too."
        case Exit.HEALTHY:
            return "nothing to do: no step of a start is broken here."
        case Exit.NO_REPORT | Exit.OUT_OF_TIME:
            return _again(report)
        case _:
            return "the matrix shows what fails; no setting that could be read explains it."


def _again(report: Report) -> str:
    """What another run is to do otherwise, where this one measured nothing or not enough."""
    if not _launched(report):
        return "without --no-launch, run-probe measures from inside what can only be supposed here."
    return "read above how each probe ended, then run run-probe again (--timeout gives it longer)."
