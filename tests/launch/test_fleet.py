"""A run of many: how few probes it takes, and that nobody's verdict suffers for it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe.diagnosis.case import Case
from probe.launch import fleet
from probe.launch.wishes import Wish
from probe.plan import Restraint, host_target
from tests.launch.test_cohorts import BILLING, CHECKOUT

WISH = Wish(image="123456789012.dkr.ecr.us-east-1.amazonaws.com/run-probe:1", log_group="/probes")
MUTE = replace(WISH, restraint=Restraint(put_logs=False))
LARGE = [host_target(f"h{one}.{'long.' * 40}example:443", "us-east-1") for one in range(140)]


@pytest.mark.parametrize(
    ("cases", "wish", "probes"),
    [
        pytest.param([CHECKOUT], WISH, [2], id="one"),
        pytest.param([CHECKOUT, BILLING], WISH, [2], id="one-network-and-role"),
        pytest.param([CHECKOUT, BILLING], MUTE, [2, 2], id="exit-codes-alone-and-different-calls"),
        pytest.param([CHECKOUT, CHECKOUT], MUTE, [2], id="exit-codes-alone-and-the-same-calls"),
        pytest.param(
            [
                replace(CHECKOUT, targets=(*CHECKOUT.targets, *LARGE[:70])),
                replace(BILLING, targets=tuple(LARGE[70:])),
            ],
            WISH,
            [2, 2],
            id="together-too-large",
        ),
    ],
)
def test_a_probe_a_subnet_for_all_whom_it_can_answer(
    cases: list[Case], wish: Wish, probes: list[int]
) -> None:
    """Never a probe whose exit code would be about either, nor one that ECS would not take."""
    assert probes == [len(part.plan.runs) for part in fleet.planned(cases, wish)]
