"""Every code with its title and its page: the one table that words a finding."""

from __future__ import annotations

from probe.diagnosis import (
    acls,
    answers,
    endpoints,
    exposure,
    grants,
    groups,
    images,
    keys,
    logs,
    names,
    own_image,
    routes,
    start,
    values,
    whole,
)
from probe.diagnosis.clues import Rule

_TOPICS = (
    start,
    own_image,
    whole,
    exposure,
    names,
    routes,
    endpoints,
    groups,
    acls,
    answers,
    grants,
    keys,
    images,
    values,
    logs,
)

CATALOGUE: dict[str, Rule] = {rule.code: rule for topic in _TOPICS for rule in topic.RULES}
"""Code to its rule, in the order in which a start meets the topics."""


def page(code: str) -> str:
    """Where a finding's page is, from the root of the project."""
    return f"docs/findings/{code}.md"
