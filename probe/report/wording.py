"""What a finding says, said once: sentences that differ by their subnet alone are one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from probe.model import Finding

_HEAD, _TAIL = 120, 80
"""Characters of a long text that a heading keeps: ECS says at the start what failed, at the end where."""


def evidence(finding: Finding) -> tuple[str, ...]:
    """The evidence; a sentence that holds in every subnet of the finding names none."""
    return tuple(_once(finding.evidence, finding.subnets))


def symptoms(finding: Finding) -> str:
    """The symptoms that are not among the evidence, as one text; empty where there are none."""
    unsaid = [text for text in finding.explains if text not in finding.evidence]
    return "; ".join(_once(unsaid, finding.subnets))


def middle_out(text: str) -> str:
    """A long text without its middle."""
    if len(text) <= _HEAD + _TAIL:
        return text
    return f"{text[:_HEAD].rpartition(' ')[0]} … {text[-_TAIL:].partition(' ')[2]}"


def _once(texts: Iterable[str], subnets: tuple[str, ...]) -> Iterator[str]:
    """``SUBNET: TEXT`` and ``TEXT from SUBNET`` for several subnets as one, and for all of them as TEXT."""
    places: dict[str, list[str]] = {}
    for text in texts:
        subnet = next(
            (one for one in subnets if text.startswith(f"{one}: ") or text.endswith(f" from {one}")), ""
        )
        bare = text.removeprefix(f"{subnet}: ").removesuffix(f" from {subnet}")
        places.setdefault(bare, []).append(subnet)
    for text, where in places.items():
        some = list(filter(None, where))
        yield f"{', '.join(some)}: {text}" if some and set(some) != set(subnets) else text
