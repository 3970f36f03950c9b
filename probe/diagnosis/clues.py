"""The nouns inside a diagnosis: a symptom, a clue to its cause, and the rule that words a finding."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

import msgspec

from probe.diagnosis.case import Case
from probe.evidence.flows import Hop
from probe.model import Confidence, Failure, Kind, Layer, Noun, Observation, Road, Severity, Target


class Symptom(Noun, kw_only=True):
    """One target of the service that does not work from one subnet, or that nobody measured there.

    ``layer`` and ``observation`` are absent where nobody measured; ``warning`` is a symptom beside a
    success (one address of several, one transport of two), or of what a start goes without.
    """

    subnet: str
    target: Target
    layer: Layer | None = None
    observation: Observation | None = None
    warning: bool = False

    @property
    def failure(self) -> Failure | None:
        """What the observation says about itself."""
        return self.observation.failure if self.observation is not None else None

    @property
    def kind(self) -> Kind | None:
        """How it failed; ``None`` where nobody measured."""
        return self.failure.kind if self.failure is not None else None

    @property
    def address(self) -> str | None:
        """Where it went, on the roads that tell; a host that is written as an address went there."""
        told = self.observation.address if self.observation is not None else None
        return told or (self.target.host if _is_address(self.target.host) else None)

    @property
    def road(self) -> Road | None:
        """How it is known."""
        return self.observation.road if self.observation is not None else None

    @property
    def untried(self) -> bool:
        """Whether it is a path that nobody tried, since the name before it did not resolve."""
        return self.layer is Layer.TCP and self.observation is None

    @property
    def at(self) -> str:
        """``host:port``, the subject of what concerns a name."""
        return f"{self.target.host}:{self.target.port}"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


class Clue(Noun, kw_only=True):
    """What one symptom says in favour of one cause.

    ``said`` are sentences of the configuration; a clue with any of them is corroborated.  ``detail``
    carries what the rule's words or commands need besides.  ``level`` is the confidence, and ``road`` the
    road, of a clue that knows its own, because no symptom lies behind it or because it guesses.
    """

    code: str
    subject: str
    subnet: str = ""
    symptom: Symptom | None = None
    said: tuple[str, ...] = ()
    hop: Hop | None = None
    detail: dict[str, str] = msgspec.field(default_factory=dict)
    level: Confidence | None = None
    road: Road | None = None


Clues = tuple[Clue, ...]


class Rule(msgspec.Struct, frozen=True):
    """A finding's code, its title, and how it is explained and mended, over all its clues at once."""

    code: str
    title: str
    explain: Callable[[Case, Clues], str]
    mend: Callable[[Case, Clues], tuple[str, ...]]
    severity: Severity = Severity.ERROR


def about(
    code: str, subject: str, symptom: Symptom, *said: str, hop: Hop | None = None, **detail: str
) -> Clue:
    """A clue from a symptom."""
    return Clue(
        code=code, subject=subject, subnet=symptom.subnet, symptom=symptom, said=said, hop=hop, detail=detail
    )


def confidence(clue: Clue) -> Confidence:
    """Packets or answers alone are measured, with configuration corroborated, and without both inferred.

    A road without addresses or words is never more than corroborated.
    """
    if clue.level is not None:
        return clue.level
    if clue.symptom is None or clue.symptom.observation is None:
        return Confidence.INFERRED
    told_whole = clue.symptom.road in {Road.LOG, Road.FUNCTION}
    return Confidence.MEASURED if told_whole and not clue.said else Confidence.CORROBORATED


def says(words: str) -> Callable[[Case, Clues], str]:
    """An explanation that needs no more than the finding's ``{subject}``."""
    return lambda _, clues: words.format(subject=clues[0].subject)


def nothing(_: Case, __: Clues) -> tuple[str, ...]:
    """No command mends this: somebody has to know a value, or another network has to change."""
    return ()
