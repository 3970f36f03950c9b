"""The cells of the matrix."""

from __future__ import annotations

import msgspec
import pytest

from probe.model import Kind, Layer, Observation, Outcome, Road, Status
from probe.report.matrix import Cell, cells
from tests.report.cases import ECR, KMS, S3, case, healthy, outcome, seen, upto, works

OTHER_ADDRESS = msgspec.structs.replace(seen(ECR, Layer.TCP, Kind.TIMEOUT), address="10.0.2.10")
UDP = msgspec.structs.replace(seen(ECR, Layer.DNS, Kind.TIMEOUT), operation="resolve-udp", address="10.0.0.2")
OPTIONAL = msgspec.structs.replace(
    seen(ECR, Layer.CALL, Kind.ACCESS_DENIED), operation="ecr:DescribeRegistry"
)
BROKE = Observation(
    target="ecr.api", layer=Layer.TLS, operation="handshake", status=Status.ERROR, because="no trust store"
)

ROWS = {
    "passed": ((seen(ECR, Layer.TCP),), Layer.TCP, Status.PASS, "connect 10.0.1.10"),
    "one-address-dead": (
        (seen(ECR, Layer.TCP), OTHER_ADDRESS),
        Layer.TCP,
        Status.PASS,
        "connect 10.0.1.10; but connect 10.0.2.10: timeout",
    ),
    "failed": ((OTHER_ADDRESS,), Layer.TCP, Status.FAIL, "connect 10.0.2.10: timeout"),
    "skipped": (upto(ECR, Layer.DNS, Kind.TIMEOUT), Layer.TCP, Status.SKIP, "dns failed"),
    "tool-error": ((BROKE,), Layer.TLS, Status.ERROR, "no trust store"),
    "only-the-system-resolver-decides": (
        (UDP, seen(ECR, Layer.DNS)),
        Layer.DNS,
        Status.PASS,
        "resolve-system 10.0.1.10; but resolve-udp 10.0.0.2: timeout",
    ),
    "one-needed-call-fails": (
        (seen(ECR, Layer.CALL), seen(ECR, Layer.CALL, Kind.ACCESS_DENIED)),
        Layer.CALL,
        Status.FAIL,
        "ecr:GetAuthorizationToken: access-denied",
    ),
    "a-call-that-is-not-needed": (
        (seen(ECR, Layer.CALL), OPTIONAL),
        Layer.CALL,
        Status.PASS,
        "ecr:GetAuthorizationToken; but ecr:DescribeRegistry: access-denied",
    ),
    "ecs-failed-where-a-function-did-not": (
        (
            seen(ECR, Layer.TCP, Kind.TIMEOUT, Road.STOP_REASON),
            msgspec.structs.replace(OTHER_ADDRESS, status=Status.PASS, failure=None, road=Road.FUNCTION),
        ),
        Layer.TCP,
        Status.FAIL,
        "connect 10.0.1.10: timeout",
    ),
    "nobody-measured": ((), Layer.TCP, Status.NO_REPORT, "the probe reported"),
}


def cell(outcomes: tuple[Outcome, ...], target: str, layer: Layer) -> Cell:
    """The cell of subnet a."""
    (found,) = [
        one
        for one in cells(case(*outcomes))
        if (one.subnet, one.target, one.layer) == ("subnet-a", target, layer)
    ]
    return found


@pytest.mark.parametrize(("observations", "layer", "status", "because"), ROWS.values(), ids=ROWS.keys())
def test_a_cell_says_what_is_known_and_why(
    observations: tuple[Observation, ...], layer: Layer, status: Status, because: str
) -> None:
    """A cell has the status of its layer and names the steps that decided it."""
    found = cell((outcome("subnet-a", *observations),), "ecr.api", layer)
    assert (found.status, found.because) == (status, because)


def test_no_cell_is_missing_or_without_a_reason() -> None:
    """Every subnet, target and layer has one cell with a text, also where no probe ran."""
    found = cells(case(healthy("subnet-a")))
    places = {(one.subnet, one.target, one.layer) for one in found if one.because}
    assert (len(places), len(found)) == (2 * 3 * 5, 2 * 3 * 5)


def test_a_target_without_calls_has_nothing_to_do_there() -> None:
    """A layer that the plan does not ask for is skipped, with that reason, and not "no report"."""
    found = cell((), "s3", Layer.CALL)
    assert (found.status, found.because) == (Status.SKIP, "nothing to do in this layer")


def test_a_target_that_nothing_needs_is_measured_and_marked() -> None:
    """A service that no requirement names keeps its measurement and says that it is not needed."""
    outcomes = (outcome("subnet-a", *works(ECR), *works(S3), *upto(KMS, Layer.TCP, Kind.TIMEOUT)),)
    found = cell(outcomes, "kms", Layer.TCP)
    assert (found.status, found.needed) == (Status.FAIL, False)


def test_a_cell_names_the_roads_it_is_known_by() -> None:
    """A reader can tell a packet that was seen from a code that a reporter brought."""
    found = cell((outcome("subnet-a", seen(ECR, Layer.TCP, road=Road.EXIT_CODE)),), "ecr.api", Layer.TCP)
    assert found.roads == (Road.EXIT_CODE,)


def test_a_cell_that_nobody_measured_says_why_no_function_did() -> None:
    """How the probe ended, and what became of the function beside it."""
    silent = msgspec.structs.replace(
        outcome("subnet-a", complete=False, ended="stopped"), beside="no function here"
    )
    assert "stopped; no function here" == cell((silent,), "ecr.api", Layer.TCP).because
