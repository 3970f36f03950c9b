"""Two carriers in one subnet become one outcome, and what they disagree on is said."""

from __future__ import annotations

import pytest

from probe.launch.carriers.function import NOT_ITS_CALL, Answer
from probe.launch.merging import MEASURED, alone, broken, merged
from probe.model import Failure, Kind, Layer, Observation, Outcome, Road, Status, Target

TOKEN = "ecr:GetAuthorizationToken"
ECR = Target(
    name="ecr.api",
    service="ecr.api",
    host="api.ecr.us-east-1.amazonaws.com",
    region="us-east-1",
    needed=True,
    because="image",
    group="ecr.api",
)


def one(layer: Layer, status: Status, road: Road, operation: str = "step") -> Observation:
    failure = Failure(operation=operation, kind=Kind.TIMEOUT, words="") if status is Status.FAIL else None
    return Observation(
        target="ecr.api", layer=layer, operation=operation, status=status, road=road, failure=failure
    )


def ecs(*observations: Observation) -> Outcome:
    return Outcome(subnet="a", ended="the probe could not start", observations=observations)


def seen(*observations: Observation) -> Answer:
    return Answer(subnet="a", observations=observations)


ECS_FAILED = one(Layer.TCP, Status.FAIL, Road.STOP_REASON)
ECS_PASSED = one(Layer.TCP, Status.PASS, Road.STOP_REASON)
FAILED = one(Layer.TCP, Status.FAIL, Road.FUNCTION)
PASSED = one(Layer.TCP, Status.PASS, Road.FUNCTION)
ODDS = "; the two disagree on ecr.api TCP: it "


@pytest.mark.parametrize(
    ("short", "found", "said"),
    [
        ((ECS_FAILED,), (FAILED,), ""),
        ((ECS_PASSED,), (PASSED,), ""),
        ((ECS_FAILED,), (), ""),
        ((ECS_FAILED,), (PASSED,), f"{ODDS}failed for ECS and worked for the function"),
        ((ECS_FAILED,), (FAILED, PASSED), f"{ODDS}failed for ECS and worked for the function"),
        ((ECS_PASSED,), (FAILED,), f"{ODDS}worked for ECS and failed for the function"),
        ((ECS_PASSED,), (FAILED, PASSED), ""),
    ],
    ids=["both-failed", "both-passed", "one-silent", "ecs-failed", "one-address", "ecs-passed", "one-of-two"],
)
def test_a_disagreement_is_said_and_both_stay(
    short: tuple[Observation, ...], found: tuple[Observation, ...], said: str
) -> None:
    """The stop reason's observations stay beside the function's; the outcome is as incomplete as before."""
    expected = Outcome(
        subnet="a",
        ended="the probe could not start",
        beside=f"{MEASURED}{said}",
        observations=(*short, *found),
    )
    assert expected == merged(ecs(*short), seen(*found))


def test_a_call_that_ecs_is_known_to_have_made_is_no_skip() -> None:
    """The function only says that it cannot make it."""
    made = one(Layer.CALL, Status.PASS, Road.STOP_REASON, TOKEN)
    skipped = [one(Layer.CALL, Status.SKIP, Road.FUNCTION, name) for name in (TOKEN, "registry:Pull")]
    found = merged(ecs(made), seen(*skipped))
    assert (made, skipped[1]) == found.observations


def test_why_no_function_measured_is_said() -> None:
    """What ECS said stays as it was."""
    found = merged(ecs(ECS_FAILED), Answer(subnet="a", because=NOT_ITS_CALL))
    assert ((ECS_FAILED,), True) == (found.observations, (found.beside or "").endswith(NOT_ITS_CALL))


def test_a_function_alone_is_never_complete() -> None:
    """It makes no calls."""
    found = alone(seen(PASSED))
    assert (False, (PASSED,)) == (found.complete, found.observations)


def test_what_is_broken_is_named_with_its_layer() -> None:
    """For the line that tells the operator what the function answered."""
    dns = Observation(
        target="ecr.api",
        layer=Layer.DNS,
        operation="resolve-system",
        status=Status.PASS,
        road=Road.FUNCTION,
    )
    assert (("ecr.api (tcp)",), ()) == (broken(seen(dns, FAILED), [ECR]), broken(seen(dns, PASSED), [ECR]))
