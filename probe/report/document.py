"""The report as one versioned value: what was asked, what was measured, what it means.

``schema`` rises with every breaking change of this document; docs/report.schema.json publishes it.
It also holds everything that a diagnosis reads, so that a file replays without a network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from probe.diagnosis.case import Case
from probe.diagnosis.hypotheses import supposed
from probe.evidence.snapshot import Denied, Snapshot, denied
from probe.exits import Exit
from probe.model import Finding, History, Noun, Outcome, Requirement, Severity, Spec, Target, Verdict
from probe.report.changes import Comparison
from probe.report.matrix import Cell, cells
from probe.report.verdict import exit_code, verdict

SCHEMA: Final = 1

_ORDER = tuple(Severity)


class Report(Noun, kw_only=True):
    """One run.  ``started`` is UTC in ISO 8601, ``took`` in seconds, ``exit_code`` as in README.

    ``hypotheses`` is what stopped tasks of the service said, a line each: of other tasks, at an earlier time.
    ``runs`` is how each probe ended and what it saw; ``offline`` the findings that the task definition
    raised without any measurement (they are among ``findings`` too).  ``expect_private``, ``elsewhere`` and
    ``pull_role`` are what a diagnosis was asked and told besides (``Case``).  ``history`` is who changed the
    findings' subjects, where somebody asked; ``comparison`` what changed from a baseline.
    """

    schema: Literal[1] = SCHEMA
    tool_version: str
    started: str
    took: float
    verdict: Verdict
    exit_code: Exit
    spec: Spec
    hypotheses: tuple[str, ...]
    findings: tuple[Finding, ...]
    matrix: tuple[Cell, ...]
    snapshot_denied: tuple[Denied, ...]
    requirements: tuple[Requirement, ...]
    targets: tuple[Target, ...]
    runs: tuple[Outcome, ...]
    offline: tuple[Finding, ...]
    expect_private: bool
    elsewhere: dict[str, str]
    pull_role: str | None
    snapshot: Snapshot
    history: History | None
    comparison: Comparison | None


def unproven(targets: Iterable[Target]) -> Iterator[str]:
    """What the task needs and nobody tried, because the operator forbade it, each with the flag."""
    calls = (call for target in targets for call in target.calls if target.needed and call.needed)
    yield from (f"{call.operation} of {call.reference}: {call.withheld}" for call in calls if call.withheld)


def build(
    case: Case,
    findings: Iterable[Finding],
    *,
    tool_version: str,
    started: str,
    took: float,
    history: History | None = None,
) -> Report:
    """The report of a case and its findings, errors first."""
    ranked = tuple(sorted(findings, key=lambda finding: _ORDER.index(finding.severity)))
    code = exit_code(case, ranked)
    return Report(
        tool_version=tool_version,
        started=started,
        took=took,
        verdict=verdict(code, ranked, unproven=any(unproven(case.targets))),
        exit_code=code,
        spec=case.spec,
        hypotheses=supposed(case.spec.stops),
        findings=ranked,
        matrix=cells(case),
        snapshot_denied=denied(case.snapshot),
        requirements=case.requirements,
        targets=case.targets,
        runs=case.outcomes,
        offline=case.offline,
        expect_private=case.expect_private,
        elsewhere=case.elsewhere,
        pull_role=case.pull_role,
        snapshot=case.snapshot,
        history=history,
        comparison=None,
    )
