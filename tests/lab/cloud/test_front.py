"""The TLS fronts on loopback sockets: certificates, names, headers, and the faults that live in them."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import replace

import pytest

from probe.lab import hello
from probe.lab.cloud import Cloud
from probe.lab.compile.devices import OPERATOR_ADDRESS
from probe.lab.faults import Faults
from probe.lab.front import Front, Listener
from probe.lab.wire import Request
from tests.lab.cloud.loopback import Loopback

SECRETS = "secretsmanager.us-east-1.amazonaws.com"
REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
BUCKET = "prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com"
LONG_BUCKET = "prod-ap-southeast-1-starport-layer-bucket.s3.ap-southeast-1.amazonaws.com"

GREETINGS = {
    "secretsmanager": (SECRETS, "/", 404, "x-amzn-requestid", None),
    "sts": ("sts.us-east-1.amazonaws.com", "/", 302, "location", "https://aws.amazon.com/iam"),
    "s3": ("s3.us-east-1.amazonaws.com", "/", 307, "server", "AmazonS3"),
    "bucket": (BUCKET, "/", 403, "x-amz-id-2", None),
    "bucket-of-a-long-name": (LONG_BUCKET, "/", 403, "x-amz-id-2", None),
    "registry": (REGISTRY, "/v2/", 401, "docker-distribution-api-version", "registry/2.0"),
    "registry-challenge": (
        REGISTRY,
        "/v2/",
        401,
        "www-authenticate",
        f'Basic realm="https://{REGISTRY}/",service="ecr.amazonaws.com"',
    ),
    "ec2": ("ec2.us-east-1.amazonaws.com", "/", 301, "server", "AmazonEC2"),
}
SERVICES = {SECRETS: "secretsmanager", REGISTRY: "ecr.dkr", BUCKET: "s3", LONG_BUCKET: "s3"}


def service_of(host: str) -> str:
    return SERVICES.get(host, host.partition(".")[0])


@pytest.mark.parametrize("case", GREETINGS.values(), ids=GREETINGS)
def test_unsigned_request_is_answered_as_aws_does(
    front: Front, loopback: Loopback, case: tuple[str, str, int, str, str | None]
) -> None:
    """Whoever knocks without a signature can tell from status and headers that it is AWS."""
    host, path, status, header, value = case
    front.apply([Listener("here", "any", service=service_of(host))])

    found, headers, _ = loopback.get("here", host, path)

    assert (status, True) == (found, header in headers)
    assert value in (None, headers[header])


def test_connection_is_kept_alive(front: Front, loopback: Loopback) -> None:
    """Two requests go over one connection."""
    front.apply([Listener("here", "any", service="secretsmanager")])
    request = f"GET / HTTP/1.1\r\nHost: {SECRETS}\r\n\r\n".encode()

    with loopback.handshake("here", SECRETS) as connection:
        answers = []
        for _ in range(2):
            connection.sendall(request)
            answers.append(connection.recv(65536).partition(b"\r\n")[0])

    assert [b"HTTP/1.1 404 "] * 2 == answers


def test_other_services_name_gets_the_own_certificate(front: Front, loopback: Loopback) -> None:
    """An endpoint of one service does not pretend to be another."""
    front.apply([Listener("here", "any", service="ssm")])

    with pytest.raises(ssl.SSLCertVerificationError, match="not valid for"):
        loopback.handshake("here", SECRETS)


def test_listener_that_is_not_named_is_closed(front: Front, loopback: Loopback) -> None:
    """Applying is idempotent: what stays keeps its port, what goes refuses."""
    kept, gone = Listener("kept", "any", service="ssm"), Listener("gone", "any", service="kms")
    front.apply([kept, gone])
    port = loopback.ports["kept", "tcp"]

    front.apply([kept])

    assert port == loopback.ports["kept", "tcp"]
    loopback.connect("kept").close()
    with pytest.raises(ConnectionRefusedError):
        loopback.connect("gone")


BAD_CERTIFICATES: dict[str, tuple[Callable[[Faults], None], str]] = {
    "expired": (lambda lab: lab.certificate("secretsmanager", "expired"), "certificate has expired"),
    "wrong-host": (lambda lab: lab.certificate("secretsmanager", "wrong-host"), "not valid for"),
    "intercepted": (
        lambda lab: lab.tls_intercept("secretsmanager", issuer="Corp Proxy"),
        "unable to get local issuer",
    ),
}


@pytest.mark.parametrize(("switch", "words"), BAD_CERTIFICATES.values(), ids=BAD_CERTIFICATES)
def test_bad_certificate_is_refused_by_a_verifying_client(
    front: Front, loopback: Loopback, faults: Faults, switch: Callable[[Faults], None], words: str
) -> None:
    """The certificate faults look to OpenSSL like what they are called."""
    front.apply([Listener("here", "any", service="secretsmanager")])
    switch(faults)

    with pytest.raises(ssl.SSLCertVerificationError, match=words):
        loopback.handshake("here", SECRETS)


def test_intercepting_certificate_names_its_issuer(front: Front, loopback: Loopback, faults: Faults) -> None:
    """The issuer that a scenario gives stands in the certificate."""
    front.apply([Listener("here", "any", service="secretsmanager")])
    faults.tls_intercept("secretsmanager", issuer="Corp Proxy")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    with context.wrap_socket(loopback.connect("here"), server_hostname=SECRETS) as connection:
        found = connection.getpeercert(binary_form=True)

    assert found is not None
    assert b"Corp Proxy" in found


def test_name_filter_reset_reaches_the_client(front: Front, loopback: Loopback, faults: Faults) -> None:
    """A name filter ends the handshake, not the connect, with a reset."""
    front.apply([Listener("here", "any", service="secretsmanager")])
    faults.name_filter("secretsmanager")

    with pytest.raises((ConnectionResetError, ssl.SSLError, BrokenPipeError)) as caught:
        loopback.handshake("here", SECRETS)

    assert isinstance(caught.value, ConnectionError)


def test_silent_name_filter_says_nothing(front: Front, loopback: Loopback, faults: Faults) -> None:
    """The connection stands, the ClientHello is taken, and no byte comes back."""
    front.apply([Listener("here", "any", service="secretsmanager")])
    faults.name_filter("secretsmanager", how="silence")
    connection = loopback.connect("here")
    connection.settimeout(0.3)

    with connection, pytest.raises(TimeoutError):
        ssl.create_default_context().wrap_socket(connection, server_hostname=SECRETS)


def test_connection_before_tls_is_patient(front: Front, loopback: Loopback) -> None:
    """A client that only connects, as a port check does, is neither answered nor cut off."""
    front.apply([Listener("here", "any", service="secretsmanager")])
    connection = loopback.connect("here")
    connection.settimeout(0.1)

    with connection, pytest.raises(TimeoutError):
        connection.recv(1)


TROUBLES: dict[str, tuple[Callable[[Faults], None], str, int, bytes]] = {
    "throttled": (lambda lab: lab.throttle("secretsmanager"), SECRETS, 400, b"ThrottlingException"),
    "throttled-registry": (lambda lab: lab.throttle("ecr.dkr"), REGISTRY, 429, b"TOOMANYREQUESTS"),
    "throttled-bucket": (lambda lab: lab.throttle("s3"), BUCKET, 503, b"<Code>SlowDown</Code>"),
    "failing": (lambda lab: lab.fail("secretsmanager", status=500), SECRETS, 500, b"InternalFailure"),
    "failing-registry": (lambda lab: lab.fail("ecr.dkr"), REGISTRY, 503, b"UNAVAILABLE"),
    "middlebox": (lambda lab: lab.middlebox("secretsmanager"), SECRETS, 200, b"sign in"),
}


@pytest.mark.parametrize("case", TROUBLES.values(), ids=TROUBLES)
def test_service_in_trouble(
    front: Front,
    loopback: Loopback,
    faults: Faults,
    case: tuple[Callable[[Faults], None], str, int, bytes],
) -> None:
    """A throttled or failing service is still AWS; a middlebox is not, and has no request id."""
    switch, host, status, words = case
    front.apply([Listener("here", "any", service=service_of(host))])
    switch(faults)

    found, headers, body = loopback.get("here", host, "/v2/", {"Authorization": "Basic QVdTOng="})

    assert (status, True) == (found, words in body)
    aws = {"x-amzn-requestid", "x-amz-request-id", "docker-distribution-api-version"} & headers.keys()
    assert (status != 200) == bool(aws)


def test_middlebox_does_not_stand_before_the_desk(cloud: Cloud, faults: Faults) -> None:
    """What stands on the VPC's way is met from there alone."""
    faults.middlebox("secretsmanager")
    met = Request("GET", SECRETS, "/", {}, source="203.0.113.9")

    answers = [cloud.answer(one) for one in (met, replace(met, source=OPERATOR_ADDRESS))]

    assert [200, 404] == [one.status for one in answers]


def test_throttled_service_still_greets(front: Front, loopback: Loopback, faults: Faults) -> None:
    """AWS throttles an account's calls, not the first knock."""
    front.apply([Listener("here", "any", service="secretsmanager")])
    faults.throttle("secretsmanager")

    assert 404 == loopback.get("here", SECRETS)[0]


def test_client_hello_names_its_server() -> None:
    """The name is read out of what OpenSSL really sends."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=SECRETS)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    record = outgoing.read()

    assert (len(record), SECRETS) == (hello.length(record), hello.server_name(record))


@pytest.mark.parametrize("record", [b"", b"GET / HTTP/1.1\r\n", b"\x16\x03\x01\x00\x05\x02\x00\x00\x01\x00"])
def test_anything_else_names_nobody(record: bytes) -> None:
    """What is no ClientHello has no server name."""
    assert hello.server_name(record) is None
