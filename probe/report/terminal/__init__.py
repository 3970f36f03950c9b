"""The report for people: the verdict, what is broken and how to mend it, then what was measured.

Words, not symbols, carry every meaning, so that a pipe, a screen reader and a colour terminal read the
same; colour only repeats them.  Commands are broken with a backslash where the shell allows it and
never in a word, so that they can be copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from probe.exits import MEANING, Exit
from probe.model import NOT_LAUNCHED, Finding, Layer, Severity, Verdict
from probe.report import wording
from probe.report.changes import Change, Comparison
from probe.report.document import Report, unproven
from probe.report.folding import blocks
from probe.report.layout import paragraph
from probe.report.terminal import columns, findings
from probe.report.terminal.folds import folded, parts
from probe.report.verdict import of_several

_VERDICT_STYLE = {
    Verdict.PASS: "bold green",
    Verdict.WARN: "bold yellow",
    Verdict.FAIL: "bold red",
    Verdict.ERROR: "bold magenta",
    Verdict.NO_REPORT: "bold yellow",
}

Told = tuple[object, ...]
"""A finding, or a whole matrix, by what makes it the same."""

Said = dict[Told, str]
"""What was written already, and for whom."""

_BELOW_CALLS = frozenset({Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP})
_WIDEST = 100
_LEGEND = (
    "pass: it works.  fail [n]: it does not, and finding n says why.",
    "skip: not tried, because an earlier layer failed or there is nothing to do.",
    "error: the probe could not look.  no report: nobody measured it.",
)


def render(reports: Sequence[Report], console: Console) -> None:
    """Writes the whole of each; the console decides on colour and, up to what reads well, on width."""
    for line in _lines(reports, min(console.width, _WIDEST)):
        console.print(line, soft_wrap=True, highlight=False)


def _lines(reports: Sequence[Report], width: int) -> Iterator[Text]:
    """Of several the headlines come first, and what was said for an earlier one is not said again."""
    said: Said = {}
    if len(reports) > 1:
        yield from (line for report in reports for line in folded(_headline(report), width))
    for report in reports:
        yield from (Text(), Text()) if len(reports) > 1 else ()
        yield from _report(report, said, width)
        for told in (*map(_identity, report.findings), _columns(report)):
            said.setdefault(told, wording.subject(report.spec))
        if report is reports[-1]:
            yield from (Text(line, style="dim") for line in ("", *_LEGEND))
        yield from _asides(report, width)
    yield Text()
    code = of_several([report.exit_code for report in reports])
    yield from parts([("Next", _next(next(one for one in reports if one.exit_code is code)))], width)


def _report(report: Report, said: Said, width: int) -> Iterator[Text]:
    yield from folded(_headline(report), width)
    for number, finding in enumerate(report.findings, start=1):
        yield Text()
        yield from findings.title(number, finding, width)
        above = said.get(_identity(finding))
        if above is None:
            yield from findings.body(finding, report.history, width)
        else:
            yield from parts([("as", f"for {above}, above")], width)
    if report.comparison is not None:
        yield Text()
        yield from _since(report.comparison, report, width)
    above = said.get(_columns(report))
    if above is not None:
        yield from (Text(), Text(f"In every subnet and step as {above}, above.", style="bold"))
        return
    for block in blocks(report):
        yield Text()
        yield from columns.written(block, width)


def _identity(finding: Finding) -> Told:
    return (finding.code, finding.subject)


def _columns(report: Report) -> Told:
    """The matrix as it is read: its cells, and the findings that they point at."""
    return (tuple(blocks(report)), tuple(map(_identity, report.findings)))


def _asides(report: Report, width: int) -> Iterator[Text]:
    """What was said elsewhere, what was not tried and what could not be read."""
    yield from _supposed(report, width)
    yield from _unproven(report, width)
    yield from _denied(report, width)


def _headline(report: Report) -> Text:
    spec = report.spec
    about = wording.subject(spec)
    word = report.verdict.replace("-", " ").upper()
    why = (
        MEANING[report.exit_code] if _launched(report) else "nothing was measured: --no-launch asked for that"
    )
    meaning = f"exit code {report.exit_code:d}, {why}"
    return Text.assemble((word, _VERDICT_STYLE[report.verdict]), f"  {about} in {spec.cluster}: {meaning}")


def _launched(report: Report) -> bool:
    """Whether anything was to be measured, rather than to be concluded from what is configured and said."""
    return any(run.ended != NOT_LAUNCHED for run in report.runs)


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


def _supposed(report: Report, width: int) -> Iterator[Text]:
    """What the service's stopped tasks said, where no measurement says what is broken."""
    if report.exit_code is not Exit.NO_REPORT or not report.hypotheses:
        return
    yield Text()
    which = ", which nothing measured explains" if _launched(report) else ""
    yield Text(f"What ECS said of the service's own tasks{which}:", style="bold")
    for line in report.hypotheses:
        yield from (Text(part) for part in paragraph("", line, width, 0, indent=2))


def _unproven(report: Report, width: int) -> Iterator[Text]:
    lines = tuple(unproven(report.targets))
    if lines:
        yield Text()
        yield Text("Not proven, because it was not tried:", style="bold")
    for line in lines:
        yield from (Text(part) for part in paragraph("", line, width, 0, indent=2))


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
