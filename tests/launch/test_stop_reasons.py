"""The stop reason of a probe that never ran: ECS's own dial, put into the matrix."""

from __future__ import annotations

import pytest

from probe import plan
from probe.launch import stop_reasons
from probe.model import Kind, Layer, Outcome, Road, Status

TARGETS = plan.targets((), region="us-east-1", account="123456789012")
AUTH = "ResourceInitializationError: unable to pull secrets or registry auth: operation error ECR: "
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/run-probe:1"
PULL = (
    f"CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve {IMAGE}: "
)
LAYER = "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: "
DIAL = 'Post "https://api.ecr.us-east-1.amazonaws.com/": dial tcp 10.0.1.9:443: i/o timeout'


def seen(reason: str | None) -> dict[tuple[str, Layer], Status]:
    outcome = Outcome(subnet="subnet-a", ended="the probe could not start", stop_reason=reason)
    found = stop_reasons.observations(outcome, TARGETS)
    assert {Road.STOP_REASON} >= {one.road for one in found}
    return {(one.target, one.layer): one.status for one in found}


def test_a_dial_that_timed_out_is_a_measurement_of_tcp() -> None:
    """The name was resolved, the connection was not made: that is what the probe would have seen."""
    expected = {("ecr.api", Layer.DNS): Status.PASS, ("ecr.api", Layer.TCP): Status.FAIL}
    assert expected == seen(f"{AUTH}GetAuthorizationToken, {DIAL}")


def test_a_handshake_that_timed_out_is_a_measurement_of_tls() -> None:
    """The connection was made: large packets are lost, or somebody reads names."""
    found = seen(f'{AUTH}Post "https://api.ecr.us-east-1.amazonaws.com/": net/http: TLS handshake timeout')
    assert (Status.PASS, Status.FAIL) == (found["ecr.api", Layer.TCP], found["ecr.api", Layer.TLS])


SPOKEN = {
    "refused": ("dial tcp 10.0.1.8:443: connect: connection refused", Layer.TCP, Kind.REFUSED),
    "reset-at-once": ("dial tcp 10.0.1.8:443: connect: connection reset by peer", Layer.TCP, Kind.RESET),
    "reset-once-connected": (
        "read tcp 10.0.0.9:40000->10.0.1.8:443: read: connection reset by peer",
        Layer.TLS,
        Kind.RESET,
    ),
    "closed": ("EOF", Layer.TLS, Kind.CLOSED),
    "stranger": (
        "tls: failed to verify certificate: x509: certificate signed by unknown authority",
        Layer.TLS,
        Kind.CERTIFICATE_UNTRUSTED,
    ),
    "slowed-down": ("unexpected status code x: 503 Slow Down", Layer.HTTP, Kind.THROTTLED),
    "service-failed": (
        "unexpected status from HEAD request to x: 500 Internal Server Error",
        Layer.HTTP,
        Kind.SERVICE_FAILED,
    ),
    "not-json": (
        "https response error StatusCode: 200, RequestID: , deserialization failed, failed to decode body",
        Layer.HTTP,
        Kind.NOT_THE_SERVICE,
    ),
    "alert": ("remote error: tls: handshake failure", Layer.TLS, Kind.TLS_REJECTED),
}


@pytest.mark.parametrize(("words", "layer", "kind"), SPOKEN.values(), ids=SPOKEN)
def test_gos_words_tell_the_layer_and_the_kind(words: str, layer: Layer, kind: Kind) -> None:
    """As a probe in the same place would have measured it, so that both are one finding."""
    reason = PULL + f'failed to do request: Head "https://{IMAGE}": {words}'
    outcome = Outcome(subnet="subnet-a", ended="", stop_reason=reason)
    (failed,) = [one for one in stop_reasons.observations(outcome, TARGETS) if one.failure]
    assert (layer, kind) == (failed.layer, failed.failure.kind if failed.failure else None)


def test_the_dialled_address_is_kept() -> None:
    """A private one means that the endpoint's DNS works."""
    outcome = Outcome(subnet="subnet-a", ended="", stop_reason=f"{AUTH}GetAuthorizationToken, {DIAL}")
    (failed,) = [one for one in stop_reasons.observations(outcome, TARGETS) if one.failure]
    assert failed.failure is not None
    assert ("10.0.1.9", Kind.TIMEOUT, "connect") == (failed.address, failed.failure.kind, failed.operation)


def test_a_later_stage_proves_the_earlier_ones() -> None:
    """The manifest is asked for with a token, so the token came."""
    found = seen(PULL + f'failed to do request: Head "https://{IMAGE}": dial tcp 10.0.1.8:443: i/o timeout')
    assert dict.fromkeys(Layer, Status.PASS) == {
        layer: status for (target, layer), status in found.items() if target == "ecr.api"
    }
    assert (Status.FAIL, Status.PASS) == (found["ecr.dkr", Layer.TCP], found["ecr.dkr", Layer.DNS])


def test_a_layers_timeout_is_the_buckets() -> None:
    """In a layer's error the address is S3's, whatever name stands beside it."""
    found = seen(LAYER + f"failed to do request: Get {IMAGE}: dial tcp 52.216.1.1:443: i/o timeout")
    assert Status.FAIL == found["s3", Layer.TCP]


def test_a_denial_of_the_probes_repository_is_no_observation() -> None:
    """It concerns the probe, never the service: the path to the registry worked."""
    found = seen(PULL + "unexpected status from HEAD request: 403 Forbidden")
    assert (Status.PASS, False) == (found["ecr.dkr", Layer.HTTP], ("ecr.dkr", Layer.CALL) in found)


def test_a_role_that_ecs_cannot_assume_is_a_denial_of_identity() -> None:
    """It is about no target of the plan; the role is what it names."""
    role = "arn:aws:iam::123456789012:role/exec"
    reason = f"ECS was unable to assume the role '{role}' that was provided for this task."
    outcome = Outcome(subnet="subnet-a", ended="", stop_reason=reason)
    (one,) = stop_reasons.observations(outcome, TARGETS)
    assert one.failure is not None
    assert (role, Kind.ACCESS_DENIED) == (one.target, one.failure.kind)


@pytest.mark.parametrize(
    "reason", [None, "Timeout waiting for network interface provisioning to complete.", "Scaling activity"]
)
def test_what_names_no_step_says_nothing_of_a_target(reason: str | None) -> None:
    """Unmeasured stays unmeasured."""
    assert {} == seen(reason)
