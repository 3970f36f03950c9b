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


class Change(Noun, kw_only=True):
    """One write event on a finding's subject, as CloudTrail has it.

    ``at`` is UTC in ISO 8601, ``event`` the API call (``ec2:RevokeSecurityGroupIngress``), ``by`` the
    caller's ARN; ``error`` is AWS's code where the call was refused, so that it changed nothing.
    """

    subject: str
    at: str
    event: str
    by: str
    error: str | None = None


class History(Noun, kw_only=True):
    """What CloudTrail had about the findings' subjects, newest first, since a time in UTC.

    ``answered`` are the subjects that it told everything of; of another one, no change means nothing.
    It is no evidence: a change that fits is where to ask, not what was measured.
    """

    since: str
    changes: tuple[Change, ...] = ()
    answered: tuple[str, ...] = ()
