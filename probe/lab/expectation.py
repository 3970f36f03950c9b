"""What a scenario says must come out: data for tests, recordings and documentation alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ExpectedFinding:
    """A finding by code and subject.

    ``subject`` is the finding's own string, or the object's ``Name`` tag or group name in place of its id.
    ``subnets`` are ids or Name tags, None where every subnet of the service is meant.
    """

    code: str
    subject: str
    subnets: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """Exactly these findings, nothing more, and this exit code.

    ``changes`` are the differences from a baseline, where one is compared: (direction, target, what).
    """

    findings: tuple[ExpectedFinding, ...]
    exit_code: int
    changes: tuple[tuple[str, str, str], ...] = ()


def expect(
    *,
    findings: Sequence[tuple[object, ...]] = (),
    exit_code: int = 0,
    changes: Sequence[tuple[str, str, str]] = (),
) -> Expectation:
    """Write an expectation as rows: ``(code, subject)`` or ``(code, subject, [subnets])``.

    Raises ValueError for a row of another shape, with the row, and for a code that is no number.
    """
    if not isinstance(exit_code, int):
        raise ValueError(f"cannot read an expected exit code: {exit_code!r} is no number")  # noqa: TRY004 - as rows
    rows = tuple(_row(row) for row in findings)
    return Expectation(findings=rows, exit_code=exit_code, changes=tuple(changes))


def _row(row: tuple[object, ...]) -> ExpectedFinding:
    match row:
        case (str(code), str(subject)):
            return ExpectedFinding(code=code, subject=subject)
        case (str(code), str(subject), [*subnets]):
            return ExpectedFinding(code=code, subject=subject, subnets=tuple(str(one) for one in subnets))
        case _:
            raise ValueError(f"cannot read an expected finding: {row!r} is not (code, subject[, subnets])")
