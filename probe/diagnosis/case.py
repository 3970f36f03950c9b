"""Everything that one diagnosis reads: what was wanted, what was measured, and how things are configured."""

from __future__ import annotations

import msgspec

from probe.evidence.snapshot import Snapshot
from probe.model import Finding, Noun, Outcome, Requirement, Spec, Target


class Case(Noun, kw_only=True):
    """A run, or without ``outcomes`` the state before one: the same call then gives hypotheses.

    ``offline`` are the findings that the task definition raises by itself.  ``expect_private`` is an
    assertion that somebody asked to have checked; the others are targets that must be blocked.
    ``elsewhere`` maps what AWS did not know to where the operator found it: a bare parameter's name to a
    region, a secret's ARN to the whole ARN of the secret of that name, an image to the digest that its tag
    means now, which is empty where there is no such tag.
    ``pull_role`` is the role that pulls the probe's image, where that is not the execution role.
    """

    spec: Spec
    requirements: tuple[Requirement, ...] = ()
    targets: tuple[Target, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    snapshot: Snapshot
    offline: tuple[Finding, ...] = ()
    expect_private: bool = False
    elsewhere: dict[str, str] = msgspec.field(default_factory=dict)
    pull_role: str | None = None


def is_silent(case: Case) -> bool:
    """Whether no carrier has told anything yet: neither what it saw, nor why it could not start."""
    return not any(outcome.observations or outcome.stop_reason for outcome in case.outcomes)
