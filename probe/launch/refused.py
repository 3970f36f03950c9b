"""The one exception of the operator's side; apart from ``refusals``, so that it brings no library of AWS."""

from __future__ import annotations


class RefusedError(Exception):
    """Something the run cannot do without was refused; ``advice`` is what to do about it."""

    def __init__(self, what: str, why: str, advice: str) -> None:
        super().__init__(f"{what}: {why}")
        self.advice = advice
