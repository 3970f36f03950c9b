"""A reporter's exit code read back: layers below passed, the layer failed, the rest were never reached."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe.exits import Exit, judge
from probe.launch import exit_codes
from probe.model import Call, Kind, Layer, Outcome, Status, Target

LAYERS = (Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP, Layer.CALL)


def target(name: str = "secretsmanager", *references: str) -> Target:
    return Target(
        name=name,
        service=name,
        host=f"{name}.us-east-1.amazonaws.com",
        region="us-east-1",
        needed=True,
        because="a test",
        group="secretsmanager",
        calls=tuple(Call(operation="secretsmanager:GetSecretValue", reference=one) for one in references),
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0, "pass pass pass pass pass"),
        (11, "fail skip skip skip skip"),
        (12, "pass fail skip skip skip"),
        (13, "pass pass fail skip skip"),
        (14, "pass pass pass fail skip"),
        (15, "pass pass pass pass fail"),
        (16, "pass pass pass pass fail"),
        (20, "no-report no-report no-report no-report no-report"),
        (21, "no-report no-report no-report no-report no-report"),
        (1, "no-report no-report no-report no-report no-report"),
        (99, "no-report no-report no-report no-report no-report"),
        (None, "no-report no-report no-report no-report no-report"),
        *[
            (code, "no-report no-report no-report no-report no-report")
            for code in (125, 126, 127, 137, 139, 143, 255)
        ],
    ],
)
def test_a_code_fills_every_layer(code: int | None, expected: str) -> None:
    """No layer is left blank, and a container that died says nothing about the network."""
    seen = {one.layer: one.status for one in exit_codes.observations((target("s", "db"),), code)}
    assert expected.split() == [seen[layer] for layer in LAYERS]


@pytest.mark.parametrize("code", [0, 11, 12, 13, 14, 15, 16])
def test_what_is_read_from_a_code_is_judged_the_same(code: int) -> None:
    """The desk and the container agree: the code goes out and comes back."""
    one = target("s", "db")
    if code == Exit.HTTP:
        assert {Kind.UNKNOWN} == {
            seen.failure.kind for seen in exit_codes.observations((one,), code) if seen.failure
        }
    assert code == judge(one, exit_codes.observations((one,), code))


def test_a_call_that_was_not_made_is_not_what_a_code_tells_of() -> None:
    """A reporter that ended with 0 proves nothing about what the operator forbade."""
    made = target("secretsmanager", "a")
    withheld = replace(made, calls=tuple(replace(call, withheld="not read") for call in made.calls))
    told = [one for one in exit_codes.observations([withheld], 0) if one.layer is Layer.CALL]
    assert [(Status.SKIP, "not read")] == [(one.status, one.because) for one in told]


def test_of_several_calls_the_code_cannot_say_which() -> None:
    """The failure then names no reference."""
    (failed,) = [
        one for one in exit_codes.observations((target("s", "a", "b"),), 16) if one.status is Status.FAIL
    ]
    assert ("call", None) == (failed.operation, failed.reference)


def test_of_several_targets_the_code_cannot_say_which() -> None:
    """Blaming each would raise findings about services that work."""
    found = list(exit_codes.observations((target("a"), target("b")), 12))
    assert ({Status.NO_REPORT}, True) == (
        {one.status for one in found},
        all(one.because is not None and "one of a, b" in one.because for one in found),
    )


def test_a_code_of_the_calls_is_about_the_target_that_has_needed_ones() -> None:
    """The service of the task's own region shares a group with another region's, and nothing needs it."""
    other, own = target("logs@eu-west-1", "a"), target("logs")
    found = list(exit_codes.observations((own, other), 16))
    assert [("logs@eu-west-1", "a")] == [
        (one.target, one.reference) for one in found if one.status is Status.FAIL
    ]
    assert {Status.PASS} == {one.status for one in found if one.target == "logs"}


def test_a_group_is_found_by_its_containers_name() -> None:
    """Container names have no dots."""
    outcome = Outcome(subnet="subnet-a", ended="the probe ran", exit_codes={"ecr-api": 12})
    assert (12, None) == (exit_codes.of_group(outcome, "ecr.api"), exit_codes.of_group(outcome, "s3"))
