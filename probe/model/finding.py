"""What it means: causes, and what to change."""

from __future__ import annotations

from probe.model.noun import Noun
from probe.model.words import Confidence, Road, Severity


class Fix(Noun, kw_only=True):
    """What to change: AWS CLI commands, executable as they stand, in order; and a Terraform sketch."""

    cli: tuple[str, ...] = ()
    terraform: str | None = None


class Finding(Noun, kw_only=True):
    """One cause.  Identity is (``code``, ``subject``); ``explains`` are the symptoms folded under it.

    ``roads`` are how it is known; a finding from configuration or the task definition alone has none.
    """

    code: str
    subject: str
    severity: Severity = Severity.ERROR
    confidence: Confidence
    roads: tuple[Road, ...] = ()
    title: str
    explanation: str
    evidence: tuple[str, ...] = ()
    fix: Fix = Fix()
    docs: str
    subnets: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()
