"""The nouns of the program: frozen values that travel between its rooms and into the report.

One definition gives the type, the JSON, the validation and the JSON Schema.  Nothing here does
anything, and nothing here imports anything of ours.  Times are seconds; ``started`` counts from the
start of the run that made the value.
"""

from __future__ import annotations

from probe.model.finding import Change, Finding, Fix, History
from probe.model.measured import NOT_LAUNCHED, Failure, Observation, Outcome
from probe.model.noun import Noun
from probe.model.service import Correction, Requirement, Spec, Stop
from probe.model.words import (
    OPERATIONS,
    Confidence,
    Kind,
    Layer,
    RequirementKind,
    Road,
    Severity,
    Status,
    Verdict,
)
from probe.model.work import SUBNET, Call, LogSink, Plan, Run, Target, Work

__all__ = [
    "NOT_LAUNCHED",
    "OPERATIONS",
    "SUBNET",
    "Call",
    "Change",
    "Confidence",
    "Correction",
    "Failure",
    "Finding",
    "Fix",
    "History",
    "Kind",
    "Layer",
    "LogSink",
    "Noun",
    "Observation",
    "Outcome",
    "Plan",
    "Requirement",
    "RequirementKind",
    "Road",
    "Run",
    "Severity",
    "Spec",
    "Status",
    "Stop",
    "Target",
    "Verdict",
    "Work",
]
