"""Recordings: what each scenario's run measured and read, kept as files that pure tests diagnose again.

``scripts/record`` writes them.  Ids, times and the order of threads differ from run to run; here they are
made the same, so that a recording changes only where the program or the scenario does.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from probe.diagnosis.case import Case
from probe.model import Finding, Noun, Observation, Outcome

FOLDER = Path(__file__).parent / "recordings"
_NAMED = re.compile(r"\b(?P<kind>[a-z]+(?:-[a-z]+)*)-(?P<id>[0-9a-f]{8,17})\b(?!-[0-9a-f]{4}-)")
_PATTERNS = (
    re.compile(r"\b(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b"),
    re.compile(r"\b(?P<id>[0-9a-f]{32})\b"),
    re.compile(r"(?<=:secret:)[\w/+=.@-]+-(?P<id>(?![a-z]{6})[A-Za-z0-9]{6})\b"),
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*(?:Z|\+00:00)?")
_NOW = "2026-01-01T00:00:00+00:00"
_LINE = 300
"""Characters up to which a value is written on one line, so that one step is one line of a diff."""
_SHORT = 1.0
"""Seconds below which a step was quick, whatever it took."""


def write(path: Path, case: Case, findings: tuple[Finding, ...]) -> None:
    """Keep a case and what was found in it."""
    kept = json.loads(_renamed(json.dumps({"case": _slim(_steady(case)), "findings": rows(findings)})))
    kept["findings"] = sorted([*others, sorted(subnets)] for *others, subnets in kept["findings"])
    path.write_text(_laid_out(kept) + "\n")


def read(path: Path) -> tuple[Case, list[list[Any]]]:
    """A case, and the rows that were found in it."""
    kept = json.loads(path.read_text())
    return msgspec.convert(kept["case"], Case, strict=False), kept["findings"]


def rows(findings: tuple[Finding, ...]) -> list[list[Any]]:
    """Code, subject, severity, confidence and subnets of each finding, in an order of their own."""
    return sorted(
        [one.code, one.subject, one.severity.value, one.confidence.value, sorted(one.subnets)]
        for one in findings
    )


def _steady(case: Case) -> Case:
    """The case with its runs in the order of its subnets, and their steps in one of their own."""
    by_subnet = {one.subnet: one for one in case.outcomes}
    ordered = (by_subnet[subnet] for subnet in case.spec.subnets if subnet in by_subnet)
    return msgspec.structs.replace(case, outcomes=tuple(map(_calm, ordered)))


def _calm(outcome: Outcome) -> Outcome:
    def key(one: Observation) -> tuple[str, ...]:
        where = (one.road.value, one.target, one.layer.value, one.operation)
        return (*where, one.address or "", one.reference or "")

    steps = tuple(_timeless(one) for one in sorted(outcome.observations, key=key))
    return msgspec.structs.replace(outcome, observations=steps)


def _timeless(one: Observation) -> Observation:
    """A step without its time, unless it was long, and its answers in order."""
    facts = {key: tuple(sorted(each)) if isinstance(each, tuple) else each for key, each in one.facts.items()}
    took = float(round(one.took)) if one.took > _SHORT else 0.0
    return msgspec.structs.replace(one, started=0.0, took=took, facts=facts)


def _slim(value: Any) -> Any:
    """A noun without the fields that have their default."""
    match value:
        case Noun():
            written: dict[str, Any] = {}
            if tag := value.__struct_config__.tag:
                written["type"] = tag
            for field in msgspec.structs.fields(value):
                held = getattr(value, field.name)
                if held != _default(field):
                    written[field.encode_name] = _slim(held)
            return written
        case Mapping():
            return {str(key): _slim(each) for key, each in value.items()}
        case tuple() | list():
            return [_slim(each) for each in value]
    return msgspec.to_builtins(value)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def _renamed(text: str) -> str:
    """Every id by a number, in the order in which it first appears."""
    numbers: dict[str, dict[str, str]] = defaultdict(dict)

    def numbered(kind: str, found: str) -> str:
        held = numbers[kind]
        return held.setdefault(found, f"{len(held) + 1:0{len(found)}d}")

    def rename(found: re.Match[str]) -> str:
        kind = found.groupdict().get("kind") or str(len(found["id"]))
        at = found.start("id") - found.start()
        return found[0][:at] + numbered(kind, found["id"]) + found[0][at + len(found["id"]) :]

    text = _MOMENT.sub(_NOW, text)
    for pattern in (*_PATTERNS, _NAMED):
        text = pattern.sub(rename, text)
    return text


def _laid_out(value: Any, indent: str = "") -> str:
    """JSON with every value on one line that fits on one."""
    line = json.dumps(value)
    if len(line) <= _LINE or not isinstance(value, dict | list):
        return line
    deeper = indent + " "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {_laid_out(each, deeper)}" for key, each in value.items()]
        return "{\n" + ",\n".join(deeper + part for part in parts) + "\n" + indent + "}"
    return "[\n" + ",\n".join(deeper + _laid_out(each, deeper) for each in value) + "\n" + indent + "]"
