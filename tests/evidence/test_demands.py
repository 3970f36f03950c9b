"""What the calls of a start ask IAM for."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe.evidence.demands import READS, demands
from tests.builders.cases import BY_NAME, spec

ECR = BY_NAME["ecr.dkr"]


@pytest.mark.parametrize(("service", "actions"), [("ecr.dkr", READS), ("registry", ())])
def test_only_ecrs_pull_asks_iam(service: str, actions: tuple[str, ...]) -> None:
    """Another registry has its own login."""
    target = replace(ECR, service=service)
    assert actions == tuple(one.action for one in demands(spec(), (target,)))
