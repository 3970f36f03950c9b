"""TLS and HTTP: one kind of failure, one finding."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.model import Confidence, Failure, Kind, Layer, Road, Stop
from tests.builders.cases import case, everywhere, fails, spec
from tests.builders.vpcs import REGION, address, private_vpc

AT = f"logs.{REGION}.amazonaws.com:443"
ADDRESS = address("logs", "subnet-a")


@pytest.mark.parametrize(
    ("layer", "kind", "code", "subject"),
    [
        (Layer.TLS, Kind.CERTIFICATE_UNTRUSTED, "tls-intercepted", AT),
        (Layer.TLS, Kind.CERTIFICATE_WRONG_HOST, "tls-wrong-host", AT),
        (Layer.TLS, Kind.CERTIFICATE_EXPIRED, "tls-certificate-expired", AT),
        (Layer.TLS, Kind.TIMEOUT, "tls-handshake-stalled", AT),
        (Layer.TLS, Kind.RESET, "tls-handshake-reset", AT),
        (Layer.TLS, Kind.CLOSED, "tls-handshake-reset", AT),
        (Layer.HTTP, Kind.NOT_THE_SERVICE, "answered-by-middlebox", AT),
        (Layer.HTTP, Kind.TIMEOUT, "answered-by-middlebox", AT),
        (Layer.HTTP, Kind.THROTTLED, "service-throttling", "logs"),
        (Layer.HTTP, Kind.SERVICE_FAILED, "service-failing", "logs"),
    ],
)
def test_a_failure_above_tcp_is_one_finding(layer: Layer, kind: Kind, code: str, subject: str) -> None:
    """The same in every subnet, and measured: no setting of the VPC explains it."""
    steps = fails("logs", layer, kind, ADDRESS)
    found = diagnose(case(private_vpc(), *everywhere(*steps, besides=("logs",))))
    assert [(code, subject, Confidence.MEASURED)] == [
        (one.code, one.subject, one.confidence) for one in found
    ]


def test_an_interceptor_is_named_by_its_issuer() -> None:
    """The handshake showed who signed."""
    steps = fails("logs", Layer.TLS, Kind.CERTIFICATE_UNTRUSTED, ADDRESS)
    shown = (*steps[:-1], replace(steps[-1], facts={"issuer": "Corp Proxy CA"}))
    found = diagnose(case(private_vpc(), *everywhere(*shown, besides=("logs",))))
    assert [("tls-intercepted", "Corp Proxy CA")] == [(one.code, one.subject) for one in found]


@pytest.mark.parametrize(
    ("layer", "code"), [(Layer.TLS, "tls-intercepted"), (Layer.HTTP, "answered-by-middlebox")]
)
def test_an_exit_code_names_the_layer_and_says_that_it_knows_no_more(layer: Layer, code: str) -> None:
    """At most corroborated, with the name as its subject."""
    steps = fails("logs", layer, Kind.UNKNOWN, road=Road.EXIT_CODE)
    found = diagnose(case(private_vpc(), *everywhere(*steps, besides=("logs",))))
    assert [(code, AT, Confidence.CORROBORATED, True)] == [
        (one.code, one.subject, one.confidence, "Only an exit code" in one.explanation) for one in found
    ]


STOPPED = (
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "
    "failed to create Cloudwatch log stream: request send failed, "
    'Post "https://logs.us-east-1.amazonaws.com/": '
)


@pytest.mark.parametrize("road", [Road.EXIT_CODE, Road.STOP_REASON])
@pytest.mark.parametrize(
    ("layer", "words", "code"),
    [
        (Layer.TLS, "x509: certificate is valid for a.example.com, not logs.example.com", "tls-wrong-host"),
        (Layer.TLS, "x509: certificate has expired or is not yet valid", "tls-certificate-expired"),
        (Layer.TLS, "x509: certificate signed by unknown authority", "tls-intercepted"),
        (Layer.TLS, "net/http: TLS handshake timeout", "tls-handshake-stalled"),
        (Layer.TLS, "EOF", "tls-handshake-reset"),
        (Layer.TLS, "no words for it", "tls-intercepted"),
        (Layer.HTTP, "ThrottlingException: Rate exceeded", "service-throttling"),
        (Layer.HTTP, "StatusCode: 503, ServiceUnavailable", "service-failing"),
        (Layer.HTTP, "StatusCode: 200, deserialization failed", "answered-by-middlebox"),
    ],
)
def test_a_short_road_borrows_the_words_of_a_stop_reason(
    road: Road, layer: Layer, words: str, code: str
) -> None:
    """The service's own task for an exit code, the probe's for a stop reason; the confidence stays."""
    steps = fails(
        "logs", layer, Kind.CERTIFICATE_UNTRUSTED if layer is Layer.TLS else Kind.UNKNOWN, road=road
    )
    if road is Road.STOP_REASON:
        failure = Failure(operation="handshake", kind=Kind.CERTIFICATE_UNTRUSTED, words=STOPPED + words)
        steps = (*steps[:-1], replace(steps[-1], failure=failure))
    stops = (Stop(task="t", reason=STOPPED + words),)
    found = diagnose(case(private_vpc(), *everywhere(*steps, besides=("logs",)), spec=spec(stops=stops)))
    assert [(code, Confidence.CORROBORATED)] == [(one.code, one.confidence) for one in found]


@pytest.mark.parametrize(
    ("words", "code"),
    [("connection reset by peer", "connection-reset"), ("connection refused", "connection-refused")],
)
def test_an_active_answer_is_told_from_silence_by_the_services_own_words(words: str, code: str) -> None:
    """An exit code says that no connection stood, and the stopped task how it ended."""
    steps = fails("logs", Layer.TCP, Kind.TIMEOUT, road=Road.EXIT_CODE)
    stops = (Stop(task="t", reason=f"{STOPPED}dial tcp {ADDRESS}:443: connect: {words}"),)
    found = diagnose(case(private_vpc(), *everywhere(*steps, besides=("logs",)), spec=spec(stops=stops)))
    assert [(code, AT)] == [(one.code, one.subject) for one in found]


def test_an_issuer_seen_on_one_road_is_the_subject_of_all() -> None:
    """ECS's own start names no issuer; the function beside it read the certificate."""
    issuer = {"issuer": "Corp Proxy"}
    told = fails("logs", Layer.TLS, Kind.CERTIFICATE_UNTRUSTED, ADDRESS, road=Road.STOP_REASON)
    read = fails("logs", Layer.TLS, Kind.CERTIFICATE_UNTRUSTED, ADDRESS, road=Road.FUNCTION, facts=issuer)
    found = diagnose(case(private_vpc(), *everywhere(*told, *read, besides=("logs",))))
    assert [("tls-intercepted", "Corp Proxy")] == [(one.code, one.subject) for one in found]
