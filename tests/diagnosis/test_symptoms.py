"""A symptom, told in one line."""

from __future__ import annotations

import pytest

from probe.diagnosis.symptoms import of_target, sentence
from probe.model import Kind, Layer
from tests.builders.cases import BY_NAME, fails
from tests.builders.vpcs import SUBNETS


@pytest.mark.parametrize(("address", "where"), [("10.0.1.9", " at 10.0.1.9: timeout"), (None, ": timeout")])
def test_the_address_that_failed_is_told(address: str | None, where: str) -> None:
    """A name has several, and one of them may be dead."""
    seen = fails("logs", Layer.TCP, Kind.TIMEOUT, at=address)
    (symptom,) = of_target(BY_NAME["logs"], SUBNETS[0], seen)
    assert f"{symptom.at}{where}" in sentence(symptom)
