"""TLS and HTTP: one kind of failure, one finding."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.model import Confidence, Kind, Layer, Road
from tests.builders.cases import case, everywhere, fails
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
